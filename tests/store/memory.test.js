import { contractOf } from "./support/run.js";

await contractOf("memory");
