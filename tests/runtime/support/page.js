// For pages: leaves the results where the test looks.

import { run } from "../suite.js";
import * as packages from "./packages.js";

globalThis.results = await run(packages);
