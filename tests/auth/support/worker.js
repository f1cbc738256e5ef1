// A Worker that says who a request is from.

import { apiKeys } from "edge-mfa/api-keys";
import { jwt } from "edge-mfa/jwt";
import { anyOf } from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";

let authenticate;
let services;

export default {
  async fetch(request, { ISSUER: issuer, AUDIENCE: audience, MFA_KEYS: keys }) {
    services ??= apiKeys({ store: memoryStore(), keys });
    authenticate ??= anyOf(jwt({ issuer, audience }), services.authenticate);
    const url = new URL(request.url);
    if (url.pathname === "/keys") return Response.json(await services.create({ subject: "cron" }));
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "");
    try {
      const principal = await authenticate(token, request);
      return Response.json(principal ?? {}, { status: principal ? 200 : 401 });
    } catch (error) {
      return Response.json({ message: error.message }, { status: 503 });
    }
  },
};
