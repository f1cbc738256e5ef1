// Compiled, not run: undici, with its own types, is what `agent` takes.

import { createClient } from "edge-mfa/client";
import { agent } from "edge-mfa/client/node";
import * as undici from "undici";

const pool = agent(undici, { connections: 100, keepAlive: 60_000, total: 1000, connect: { ca: "" } });
const client = createClient({ token: "access", baseUrl: "https://api.example.com", fetch: pool.fetch });
const answer: Response = await client.fetch("/");
const dispatcher: undici.Agent = pool.dispatcher;
await undici.request("https://api.example.com", { dispatcher });
await pool.close();

// @ts-expect-error: undici is needed
agent();
// @ts-expect-error: no such option
agent(undici, { sockets: 1 });
// @ts-expect-error: this is not undici
agent({ fetch });

void answer;
