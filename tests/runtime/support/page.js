// For pages: leaves the results where the test looks.

import * as api from "edge-mfa";
import { run } from "../suite.js";

globalThis.results = await run(api);
