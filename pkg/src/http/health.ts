// Whether the service can do its work: its store, its keys, its clock.
import { core } from "../core.js";
import type { Service } from "../mfa/service.js";

export async function health(service: Service): Promise<Response> {
  const [store, keys, clock] = await Promise.all([isStoreUp(service), areKeysFresh(service), isClockRight(service)]);
  const status = !store ? "down" : keys && clock ? "ok" : "degraded";
  const offset = service.http.clock === undefined ? {} : { clockOffset: Math.round(service.clockOffset) };
  return Response.json(
    { status, store, keys, clock, now: service.now(), ...offset },
    { status: store ? 200 : 503, headers: { "Cache-Control": "no-store", ...(!store && { "Retry-After": "1" }) } },
  );
}

async function isStoreUp(service: Service): Promise<boolean> {
  try {
    await service.store.load("health");
    return true;
  } catch (error) {
    service.onError(error);
    return false;
  }
}

/** Whether none is due to be replaced. */
async function areKeysFresh(service: Service): Promise<boolean> {
  try {
    const engine = await service.engine();
    return !engine((handle) => core.keys(handle, service.now())).some((key) => key.due);
  } catch (error) {
    service.onError(error);
    return false;
  }
}

/** Asks the trusted clock, once a minute at most, and keeps by how much ours is ahead. */
async function isClockRight(service: Service): Promise<boolean> {
  const { clock } = service.http;
  if (clock === undefined) return true;
  const asked = service.now();
  try {
    if (asked - service.clockAsked >= MINUTE || asked < service.clockAsked) {
      service.clockAsked = asked;
      service.clockAnswered = false;
      const trusted = typeof clock === "function" ? await clock() : await dateOf(clock);
      // Half way between the question and the answer.
      service.clockOffset = (asked + service.now()) / 2 - trusted;
      service.clockAnswered = true;
    }
  } catch (error) {
    service.onError(error);
    return false;
  }
  return service.clockAnswered && Math.abs(service.clockOffset) <= CLOCK_OFF;
}

/** The `Date` of a server (RFC 9110 section 6.6.1), which counts in seconds. */
async function dateOf(url: string): Promise<number> {
  const { headers } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5000) });
  const date = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(date)) throw new TypeError("the server of the trusted clock sends no Date");
  return date + 500;
}

const MINUTE = 60_000;
/** Milliseconds. */
const CLOCK_OFF = 30_000;
