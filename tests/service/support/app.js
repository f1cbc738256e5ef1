// The service and an API that it protects, as a server of any runtime runs them. The clock stands still: a test moves it.

import { createMfa } from "edge-mfa/server";
import { authenticate } from "./authenticate.js";

/** What each address of the API demands. */
const demands = {
  "/orders": {},
  "/transfer": { action: "transfer", maxAge: 300 },
  "/pay": { action: "pay", resource: "account 7", amount: "100 EUR" },
  "/app-only": { methods: ["otp"], maxAge: 300 },
  "/job": { services: true, scopes: ["read"] },
};

/** Beginning with a time step of now. The platform's own alarms know no other time. */
export const startClock = () => ({ now: Math.floor(Date.now() / 30_000) * 30_000 });

/** @returns {(request: Request, client?: import("edge-mfa/server").Client) => Promise<Response>} */
export function appOf({ base = "", clock, ...options }) {
  const http = { basePath: `${base}/mfa`, ...options.http };
  const mfa = createMfa({ issuer: "Example", authenticate, now: () => clock.now, ...options, http });
  const hooks = {
    /** Puts the clock forward by so many milliseconds; answers the time. */
    "/clock": (by) => {
      clock.now += Number(by);
      return clock.now;
    },
    /** What an administrator does. */
    "/unlock": (subject) => mfa.admin.unlock(subject),
  };
  return async (request, client) => {
    const path = new URL(request.url).pathname.slice(base.length);
    if (path in hooks) return Response.json(await hooks[path](await request.text()));
    if (!(path in demands)) return mfa.fetch(request, client);
    const passed = await mfa.guard(request, demands[path], client);
    if (passed instanceof Response) return passed;
    return Response.json({ subject: passed.subject, session: passed.session }, { headers: passed.headers });
  };
}
