// A Worker that answers checks with which of them are good.

import { answersOf } from "./signature-checks.js";

export default {
  fetch: async (request) => Response.json(await answersOf(await request.json())),
};
