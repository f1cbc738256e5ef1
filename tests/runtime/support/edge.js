// The same for edge-runtime, which listens for the event.

import { run } from "../suite.js";
import * as packages from "./packages.js";

addEventListener("fetch", (event) => event.respondWith(run(packages).then((results) => Response.json(results))));
