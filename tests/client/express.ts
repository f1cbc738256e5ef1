// Compiled, not run: the middleware fits what Node and Express hand it. Apart from the other types, which need none of Node.

import type { IncomingMessage, ServerResponse } from "node:http";
import { endpoints, guard } from "edge-mfa/express";
import type { Mfa } from "edge-mfa/server";

declare const mfa: Mfa;
const middleware: ((req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => unknown)[] = [
  guard(mfa, { action: "transfer" }, ({ ip }) => ({ address: ip })),
  endpoints(mfa),
];
const ofExpress = (req: Express.Request): string | undefined => req.mfa?.subject;
// @ts-expect-error: a route without a guard has none
const unguarded = (req: Express.Request): string => req.mfa.subject;

void [middleware, ofExpress, unguarded];
