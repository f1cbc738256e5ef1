// What a policy gives up, with the apps that go with it.
import { apps } from "../compatibility/apps.js";
import { type Asked, named } from "../compatibility/verdict.js";
import type * as types from "../core.js";

/** A setting that gives something up against the defaults. */
export interface Weakness extends types.Weakness {
  /**
   * Of `algorithm`, `digits` and `period`: the authenticator apps that do not honour the setting, and those of which that is
   * not known. `edge-mfa/compatibility` has the sources.
   */
  apps?: { failing: readonly string[]; unknown: readonly string[] };
}

export function weaknessesOf({ policy, weaknesses }: types.PolicyReport): readonly Weakness[] {
  return weaknesses.map((weakness) => {
    const { setting, why } = weakness;
    if (!ASKED.includes(setting)) return weakness;
    const asked: Asked = { [setting]: policy[setting as keyof Asked] };
    const [failing, unknown] = [named(asked, "no"), named(asked, "unknown")];
    const counted = `of ${apps.length} apps ${failing.length} do so for sure, and of ${unknown.length} it is not known`;
    return { setting, why: `${why} (${counted})`, apps: { failing, unknown } };
  });
}

/** Settings that a QR code asks for. */
const ASKED: readonly string[] = ["algorithm", "digits", "period"] satisfies (keyof Asked)[];
