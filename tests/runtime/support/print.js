// For runtimes that are programs: prints the suite's results.

import * as api from "edge-mfa";
import { run } from "../suite.js";

console.log(JSON.stringify(await run(api)));
