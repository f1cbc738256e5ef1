// A Worker that answers with the suite's results.

import { run } from "../suite.js";
import * as packages from "./packages.js";

export default {
  fetch: async () => Response.json(await run(packages)),
};
