// The same for edge-runtime, which listens for the event.

import * as api from "edge-mfa";
import { run } from "../suite.js";

addEventListener("fetch", (event) => event.respondWith(run(api).then((results) => Response.json(results))));
