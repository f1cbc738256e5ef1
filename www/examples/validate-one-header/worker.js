// Checks `X-MFA-Token`, and nothing else: people enrol elsewhere, in a service with the same database and keys.

import { jwt } from "edge-mfa/jwt";
import { createMfa } from "edge-mfa/server";
import { d1Store } from "edge-mfa/store/d1";

let authenticate;

export default {
  async fetch(request, { DB, MFA_KEYS: keys, ISSUER: issuer, AUDIENCE: audience }) {
    authenticate ??= jwt({ issuer, audience });
    const mfa = createMfa({ issuer: "Example", store: d1Store(DB), keys, authenticate });
    const passed = await mfa.guard(request);
    if (passed instanceof Response) return passed;
    return Response.json({ hello: passed.subject }, { headers: passed.headers });
  },
};
