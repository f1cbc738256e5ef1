// What an operator sees of the service; nothing of it is secret.

import type { ServiceView } from "../api.js";
import { find, pair } from "./tools.js";

show().catch(() => {
  const problem = find("problem");
  problem.textContent = "The Worker cannot be reached.";
  problem.hidden = false;
});

async function show() {
  const [health, view] = await Promise.all([json("/mfa/health"), json("/api/service") as Promise<ServiceView>]);
  const { now, ...state } = health as { now: number };
  facts("health", { ...state, now: new Date(now).toISOString() });
  facts("keys", Object.fromEntries(view.keys.map(({ id, createdAt, newest }) => [id, describe(createdAt, newest)])));
  facts("policy", view.policy);
  find("weaknesses").textContent =
    view.weaknesses.length === 0
      ? "It gives up nothing against the defaults."
      : view.weaknesses.map(({ setting, why }) => `${setting}: ${why}.`).join(" ");
}

function describe(createdAt: number, newest: boolean): string {
  const day = new Date(createdAt).toISOString().slice(0, 10);
  return `made on ${day}${newest ? ", seals" : ", opens what it has sealed"}`;
}

function facts(id: string, values: Record<string, unknown>) {
  const rows = Object.entries(values).map(([name, value]) => pair(name, String(value)));
  find(id).replaceChildren(...rows.flat());
}

async function json(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok && response.status !== 503) throw new Error(String(response.status));
  return response.json();
}
