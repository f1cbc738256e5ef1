// One decision: load, decide, commit, and only then the answer.
import type * as types from "../core.js";
import { core } from "../core.js";
import { MfaError } from "../error.js";
import { decideOffline } from "./offline.js";
import type { Engine, Service } from "./service.js";
import { goodOnes } from "./signatures.js";

/** What comes with a command. All of it is optional; what is there makes the decision better. `null` is as if absent. */
export interface Context {
  /** The session token that came along (`X-Session-Token`). */
  session?: string | null | undefined;
  /** The primary token (`Authorization`): new sessions are bound to it, and bound ones are refused with another. */
  primary?: string | null | undefined;
  /** The token of a known device, as a verification answered it: such a device has a budget of failures of its own. */
  device?: string | null | undefined;
  /** Remember the device after a right code, under this name. */
  remember?: string | null | undefined;
  /** The client's address as the platform tells it, without a port: it has a budget over all accounts. */
  address?: string | null | undefined;
  /** The client's country, ISO 3166-1 alpha-2; for the events. */
  country?: string | null | undefined;
  /** The client's user agent; for the events and the list of sessions. */
  userAgent?: string | null | undefined;
}

/** Decides one command. The decisions of one account wait for each other; other processes may still be faster. */
export async function decide(
  service: Service,
  subject: string,
  command: types.Command,
  context?: Context | null,
  session?: string,
): Promise<types.Outcome> {
  const engine = await service.engine();
  const named = service.subject(subject);
  const key = core.accountKey(named);
  const input = inputOf(context, session);
  const { address } = input;
  const network = address === undefined ? undefined : engine((handle) => core.addressKey(handle, address));
  const isRegistration = typeof command === "object" && "register" in command;
  const credential = isRegistration ? core.credentialKey(command.register.response.id) : undefined;

  const attempt = async (): Promise<types.Outcome | undefined> => {
    const load = (key: string | undefined) => (key === undefined ? undefined : service.store.load(key));
    const [record, budget, owner] = await Promise.all([service.store.load(key), load(network), load(credential)]);
    const now = service.now();
    const run = (signatures?: string[]) =>
      engine((handle) => {
        const lockedUntil = network && budget ? core.addressLocked(handle, network, budget.body, now) : undefined;
        const full = { ...input, now, addressLockedUntil: lockedUntil, signatures };
        return service.random(64, (seed) => core.decide(handle, named, record?.body, command, full, seed, owner?.body));
      });
    const first = run();
    const decision = first.checks.length ? run(await goodOnes(first.checks)) : first;
    const { body, events, counted, note, released, outcome } = decision;
    if (note && !(await service.store.commit(note.key, undefined, note.body, []))) return undefined;
    if (body && !(await service.store.commit(key, record?.revision, body, events))) return undefined;
    for (const key of released) await service.store.remove(key);
    if (counted && network) await charge(service, engine, network);
    return outcome;
  };
  return service.inTurn(key, () => service.untilCommitted(attempt));
}

/** Checks a session by its token alone if the policy is `offline`; else reads the record. */
export async function decideAtOnce(
  service: Service,
  subject: string,
  context?: Context | null,
  session?: string,
): Promise<types.Outcome> {
  const engine = await service.engine();
  const input = { ...inputOf(context, session), now: service.now() };
  const more = Object.keys(input).every((name) => PLAIN.includes(name)) ? undefined : input;
  const offline = engine((handle) => decideOffline(handle, service.subject(subject), undefined, input, more));
  return offline ?? decide(service, subject, "checkSession", context, session);
}

/**
 * Guards with a session by its token alone; absent where the record has to be read, or the keys have not come yet. No more
 * of the context is looked at.
 */
export function guardOffline(
  service: Service,
  subject: string,
  demand: types.Demand | undefined,
  { session, primary }: Context,
): types.Session | undefined {
  const engine = service.ready;
  if (session === undefined || primary === undefined || engine === undefined) return undefined;
  const input = { now: service.now(), session, primary } as types.Input;
  const outcome = engine((handle) => decideOffline(handle, service.subject(subject), demand, input));
  return outcome?.ok ? outcome : undefined;
}

/** Text that a person typed or a client sent. What cannot be a code or a token is as good as an empty one. */
export function typed(given: unknown): string {
  return typeof given === "string" && given.length <= LONGEST && !/\p{Surrogate}/u.test(given) ? given : "";
}

/** Counts a failure for the address. */
function charge(service: Service, engine: Engine, network: string): Promise<boolean> {
  const attempt = async () => {
    const record = await service.store.load(network);
    const { body, expiresAt } = engine((handle) =>
      service.random(32, (seed) => core.addressCharge(handle, network, record?.body, service.now(), seed)),
    );
    return (await service.store.commit(network, record?.revision, body, [], expiresAt)) || undefined;
  };
  return service.inTurn(network, () => service.untilCommitted(attempt));
}

function inputOf(context: Context | null | undefined, session?: string): Omit<types.Input, "now"> {
  if (typeof (context ?? {}) !== "object") throw contextInvalid();
  let given: [string, unknown][];
  try {
    given = Object.entries(context ?? {}).filter(([, value]) => value !== undefined && value !== null);
  } catch {
    throw contextInvalid(); // A getter that throws.
  }
  const input = given.map(([name, value]) => {
    if (OURS.includes(name)) throw contextInvalid();
    if (CLIENTS.includes(name) && typeof value === "string") return [name, typed(value)];
    return [name === "userAgent" ? "agent" : name, value];
  });
  return { ...Object.fromEntries(input), ...(session !== undefined && { session }) };
}

export function contextInvalid(): MfaError {
  return new MfaError(
    "context_invalid",
    "context invalid: session, primary, device, remember, address, country, userAgent",
  );
}

/** What a client can send as it likes: nothing in it is the caller's mistake. */
const CLIENTS = ["session", "device"];
/** Known to the core, and nobody else's to say. */
const OURS = ["now", "addressLockedUntil", "agent"];
/** What {@link decideOffline} takes by itself. */
const PLAIN = ["now", "session", "primary"];
/** Characters. No code and no token of ours is longer. */
const LONGEST = 8192;
