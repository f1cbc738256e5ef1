/**
 * Which authenticator apps honour which hash, number of digits and period: dated data, with the source of every entry and
 * how it was checked. It loads no WebAssembly, and what is not known it says.
 *
 * @packageDocumentation
 */
import { type App, apps } from "./compatibility/apps.js";
import { type Asked, worksWith } from "./compatibility/verdict.js";

export { type App, apps, type Honoured } from "./compatibility/apps.js";
export { type About, type Checked, LOOKED_AT, type Source, sources } from "./compatibility/sources.js";
export { type Asked, worksWith } from "./compatibility/verdict.js";

/**
 * The apps that are known to work with what a QR code asks for, as `POST /enrol` answers it; those of which it is not known
 * are not among them.
 *
 * @example
 * ```js
 * import { apps, compatibleApps, sources, worksWith } from "edge-mfa/compatibility";
 *
 * assert.equal(compatibleApps({ algorithm: "SHA1", digits: 6, period: 30 }).length, apps.length);
 *
 * const names = compatibleApps({ algorithm: "SHA256" }).map(({ name }) => name);
 * assert.ok(names.includes("Aegis") && !names.includes("Microsoft Authenticator"));
 *
 * const google = apps.find(({ name }) => name === "Google Authenticator");
 * assert.equal(worksWith(google, { algorithm: "SHA256" }), "unknown"); // reports disagree
 * assert.ok(sources["Google Authenticator"].length > 1);
 * ```
 */
export function compatibleApps(asked: Asked): readonly App[] {
  return apps.filter((app) => worksWith(app, asked) === "yes");
}
