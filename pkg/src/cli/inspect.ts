// `inspect`: how an account stands and what happened to it. Nothing in it is a secret, and it writes nothing.
import process from "node:process";
import type { Mfa } from "../server.js";
import type { Command } from "./arguments.js";
import { withService } from "./service.js";
import { counted, harmless, moment } from "./text.js";

type Account = Awaited<ReturnType<Mfa["account"]>>;
type Event = Awaited<ReturnType<Mfa["history"]>>[number];
type Inspect = Extract<Command, { name: "inspect" }>;

/** 3 where an event does not open. */
export async function inspect(command: Inspect): Promise<number> {
  const { account, events } = await withService(command, async ({ mfa }) => ({
    account: await mfa.account(command.account),
    events: await latest(mfa, command.account, command.events),
  }));
  const { ok: _, ...state } = account;
  const isKnown = account.factors.length > 0 || account.pendingUntil !== undefined || events.length > 0;
  if (command.json) process.stdout.write(`${JSON.stringify({ ...state, history: events })}\n`);
  else if (!isKnown) process.stdout.write("Nothing is known of this account.\n");
  else process.stdout.write([...standing(account), "", ...events.map(happening)].map((text) => `${text}\n`).join(""));
  return events.some(({ type }) => type === "unreadable") ? 3 : 0;
}

/** The last events, oldest first. A history begins before anybody knows how long it will be. */
async function latest(mfa: Mfa, account: string, most: number): Promise<Event[]> {
  let events: Event[] = [];
  for (let after: string | undefined; ; ) {
    const page: Event[] = await mfa.history(account, { after, limit: PAGE });
    if (page.length === 0) return events;
    after = page.at(-1)?.id;
    events = most > 0 ? [...events, ...page].slice(-most) : [];
  }
}

function standing(account: Account): string[] {
  const { factors, pendingUntil, lockedUntil, disabled, failuresInRow, sessions, devices } = account;
  const lock = disabled ? "disabled until it is unlocked" : lockedUntil ? `until ${moment(lockedUntil)}` : "none";
  return [
    ...factors.map((factor) =>
      line("factor", [
        `${factor.id}`,
        factor.kind,
        named(factor.name),
        `since ${moment(factor.confirmedAt)}`,
        factor.usedAt ? `last used ${moment(factor.usedAt)}` : "not used yet",
        factor.weak ? "with a short secret" : "",
        factor.drift ? `its clock ${Math.abs(factor.drift / 1000)} s ${factor.drift > 0 ? "ahead" : "behind"}` : "",
      ]),
    ),
    ...(factors.length === 0 ? [line("factor", ["none"])] : []),
    ...(pendingUntil ? [line("enrolment", [`waits until ${moment(pendingUntil)}`])] : []),
    line("recovery", [`${counted(account.recoveryCodesLeft, "code")} left`]),
    line("lock", [lock, `${counted(failuresInRow, "wrong code")} in a row`]),
    ...sessions.map((session) =>
      line("session", [named(session.name), `since ${moment(session.openedAt)}`, `until ${moment(session.expiresAt)}`]),
    ),
    ...devices.map((device) =>
      line("device", [named(device.name), `since ${moment(device.firstAt)}`, `last ${moment(device.lastAt)}`]),
    ),
  ];
}

function happening(event: Event): string {
  if (event.type === "unreadable") return `${moment(event.at)}  does not open with any key of the ring`;
  const { id, number, at, subject, type, notify, origin, ...details } = event;
  const { country = "", agent = "" } = origin;
  const more = Object.entries(details).map(([name, value]) => {
    return `${name} ${name === "until" ? moment(Number(value)) : harmless(String(value))}`;
  });
  return `${moment(at)}  ${[type, ...more, harmless(country), named(agent)].filter((part) => part !== "").join("  ")}`;
}

function line(title: string, parts: string[]): string {
  return `${title.padEnd(10)}${parts.filter((part) => part !== "").join(", ")}`;
}

/** A name that its owner chose. */
function named(name: string): string {
  return name === "" ? "" : `“${harmless(name)}”`;
}

const PAGE = 500;
