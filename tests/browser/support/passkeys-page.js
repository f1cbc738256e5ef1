// A page that hands the ceremonies out.

import { passkeys } from "edge-mfa/wizard/state";

globalThis.passkeys = passkeys;
