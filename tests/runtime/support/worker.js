// A Worker that answers with the suite's results.

import * as api from "edge-mfa";
import { run } from "../suite.js";

export default {
  fetch: async () => Response.json(await run(api)),
};
