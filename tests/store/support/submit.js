// A process of its own that submits codes to its service: for each line that it reads, many at once.

import { createInterface } from "node:readline";
import { serviceAt, submit } from "./service.js";

const { mfa, close } = await serviceAt(JSON.parse(process.argv[2]));
await mfa.account("nobody"); // ready
console.log("ready");
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await submit(mfa, JSON.parse(line))));
await close();
