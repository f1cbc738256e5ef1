// For runtimes that are programs: prints the suite's results.

import { run } from "../suite.js";
import * as packages from "./packages.js";

console.log(JSON.stringify(await run(packages)));
