// The API under load: the same answer bare and behind the guard. Both ask for the first factor: the API did before, too.

import { createMfa } from "edge-mfa/server";

/** The token of an account is `t-` and its subject: a look-up, so that the bare API is no slower than it must be. */
const authenticate = (token) => (token.startsWith("t-") ? { subject: token.slice(2) } : undefined);

/** The services by the address that they guard. Codes live on a clock of their own, which the request sets. */
export function apiOf(store, keys) {
  const clock = { now: 0 };
  const service = (sessionMode, now) =>
    createMfa({ issuer: "Example", store, keys, authenticate, policy: { sessionMode }, now });
  const guards = {
    "/offline": service("offline"),
    "/immediate": service("immediate"),
    "/code": service("offline", () => clock.now),
  };
  /** Never back: a request of the time step before may still be on its way. */
  const advance = (time) => {
    clock.now = Math.max(clock.now, Number(time));
  };
  /** Everything behind `/admin`: what is asked before and after, and never measured. */
  const admin = {
    enrol: async ({ path, subject, time }) => {
      advance(time);
      const { secret } = await guards[path].enrol(subject);
      return { secret };
    },
    confirm: async ({ path, subject, code }) => {
      const { session } = await guards[path].confirm(subject, code, { primary: `t-${subject}` });
      return { session };
    },
    accepted: ({ subject }) => accepted(guards["/code"], subject),
  };
  return { guards, advance, admin };
}

/** What the API answers: some hundred bytes. */
export function ordersOf(subject) {
  const orders = [1, 2, 3].map((id) => ({ id, title: `Order ${id}`, amount: "100.00", currency: "EUR" }));
  return { subject, orders };
}

/** What the API did before it had a second factor. */
export function subjectOf(authorization) {
  return authorization?.startsWith("Bearer ") ? authenticate(authorization.slice(7))?.subject : undefined;
}

/** How many codes the history of an account has, beside the one that confirmed. */
async function accepted(mfa, subject) {
  let count = 0;
  for (let after; ; ) {
    const page = await mfa.history(subject, { after });
    if (page.length === 0) return { count };
    count += page.filter(({ type }) => type === "verified").length;
    after = page.at(-1).id;
  }
}
