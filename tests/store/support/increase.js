// A process of its own that adds to the number in a record and prints each one that has landed. Takes the address of the
// store, the key, and how often.

import { writeSync } from "node:fs";
import { increase } from "../contract.js";
import { connect } from "./clients.js";

const [address, key, times] = process.argv.slice(2);
const { store, close } = await connect(JSON.parse(address));
await increase(store, key, Number(times), (landed) => writeSync(1, `${landed}\n`));
await close();
