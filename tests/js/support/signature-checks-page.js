// A page that hands the question out.

import { answersOf } from "./signature-checks.js";

globalThis.answersOf = answersOf;
