// The set-up with its effects run: against the endpoints, the browser's passkeys, and the storage of the tab.
import type { ClientStorage } from "../client/options.js";
import { type Clock, clock, type Machine, machine, type Untimed } from "./machine.js";
import * as passkeys from "./passkey.js";
import { Endpoints, type WizardClient } from "./service.js";
import { type Kept, type SetupEffect, type SetupEvent, type SetupState, setup, setupStart } from "./setup.js";

export interface SetupOptions {
  /** That of `createClient`, or anything with its `fetch`. */
  client: WizardClient;
  /** Where the service's endpoints are; default `/mfa`. */
  servicePath?: string | undefined;
  /** What `POST /enrol` takes: the name of the authenticator, what it shows beside the issuer. */
  enrolment?: { name?: string; account?: string } | undefined;
  /** How the browser's list shows the passkey. */
  passkey?: { account?: string; displayName?: string; name?: string } | undefined;
  /**
   * Where the secret of an enrolment waits for the end of it, over a reload; default `sessionStorage`, which ends with the
   * tab. `null`: nowhere, and a reload begins anew.
   */
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null | undefined;
  clock?: Clock | undefined;
  /** Is told of every report, too. */
  onReport?: ((report: Extract<SetupEffect, { type: "report" }>) => void) | undefined;
}

export type SetupMachine = Machine<SetupState, Untimed<SetupEvent>> & {
  /** What outlived a reload: for the event `opened`. */
  kept(): Kept | undefined;
};

/**
 * The set-up, ready for `send({ type: "opened", sameDevice: false, kept: machine.kept() })`.
 *
 * @example
 * ```js
 * import { createSetup } from "edge-mfa/wizard/state";
 *
 * // Stands for that of createClient.
 * const enrolment = { secret: "GEZDGNBVGY3TQOJQ", uri: "otpauth://…", digits: 6, period: 30, expiresAt: Date.now() + 600_000 };
 * const client = { fetch: async (url) => Response.json(url === "/mfa/enrol" ? enrolment : { enrolled: false }) };
 *
 * const machine = createSetup({ client, storage: null });
 * const shown = new Promise((resolve) => machine.subscribe(({ step }) => step === "scan" && resolve()));
 * machine.send({ type: "opened", sameDevice: false });
 * await shown;
 * assert.equal(machine.state.enrolment.secret, "GEZDGNBVGY3TQOJQ");
 * machine.stop();
 * ```
 */
export function createSetup(options: SetupOptions): SetupMachine {
  const { client, servicePath = "/mfa", clock: time = clock, onReport } = options;
  const endpoints = new Endpoints(client, servicePath, time.now);
  const drawer = drawerOf(options.storage, `edge-mfa:setup:${servicePath}`);
  const ending = new AbortController();
  const made = machine<SetupState, SetupEvent, SetupEffect>(setup, setupStart, time, async (effect, send) => {
    const ask = async (method: string, path: string, body?: object) => {
      const answer = await endpoints.ask(method, path, body, ending.signal);
      if (answer.ok) return answer;
      send({ type: "refused", trouble: answer.trouble });
      return undefined;
    };
    switch (effect.type) {
      case "readAccount": {
        const answer = await ask("GET", "/account");
        if (!answer) return;
        const { enrolled, pendingUntil, lockedUntil } = answer.body;
        return send({
          type: "accountRead",
          account: { enrolled, pendingUntil, lockedUntil: answer.local(lockedUntil) },
        });
      }
      case "probePasskeys": {
        if (!passkeys.isSupported()) return;
        const answer = await endpoints.ask("OPTIONS", "/passkeys/register/options");
        return send({ type: "passkeysProbed", available: answer.ok });
      }
      case "enrol": {
        const answer = await ask("POST", "/enrol", options.enrolment ?? {});
        if (!answer) return;
        const { secret, uri, digits, period, expiresAt: pendingUntil } = answer.body;
        const enrolment = { secret, uri, digits, period, pendingUntil, expiresAt: answer.local(pendingUntil) };
        return send({ type: "enrolled", enrolment });
      }
      case "confirm": {
        const answer = await ask("POST", "/confirm", { code: effect.code });
        return answer && send({ type: "confirmed", recoveryCodes: answer.body.recoveryCodes });
      }
      case "makeCodes": {
        const answer = await ask("POST", "/recovery-codes");
        return answer && send({ type: "codesMade", codes: answer.body.codes });
      }
      case "cancelEnrolment":
        // One that is gone already is as good.
        await endpoints.ask("DELETE", "/enrol");
        return;
      case "addPasskey": {
        const { name, ...shown } = options.passkey ?? {};
        const given = await ask("POST", "/passkeys/register/options", shown);
        if (!given) return;
        try {
          const credential = await passkeys.register(given.body.publicKey, { signal: ending.signal });
          const registered = await ask("POST", "/passkeys/register", { credential, ...(name && { name }) });
          return registered && send({ type: "passkeyAdded" });
        } catch (error) {
          return send({ type: "refused", trouble: { code: (error as passkeys.PasskeyError).code } });
        }
      }
      case "compareClocks":
        return send({ type: "clockCompared", offset: await endpoints.clockOffset() });
      case "keep":
        return drawer.keep(effect.kept);
      case "report": {
        const { type: _, ...report } = effect;
        onReport?.(effect);
        return endpoints.report(report);
      }
    }
  });
  return Object.assign(made, {
    kept: drawer.kept,
    stop: ((stop) => () => {
      stop();
      ending.abort();
    })(made.stop),
  });
}

type Drawer = { kept(): Kept | undefined; keep(kept: Kept | undefined): void };

/** A storage that is full, forbidden or not there keeps nothing; then a reload begins anew. */
function drawerOf(given: SetupOptions["storage"], key: string): Drawer {
  const attempt = <T>(use: (storage: Pick<ClientStorage & Storage, "getItem" | "setItem" | "removeItem">) => T) => {
    try {
      const storage = given === undefined ? globalThis.sessionStorage : given;
      return storage ? use(storage as never) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    kept: () => attempt((storage) => JSON.parse((storage.getItem(key) as string | null) ?? "null") ?? undefined),
    keep: (kept) =>
      attempt((storage) => (kept ? storage.setItem(key, JSON.stringify(kept)) : storage.removeItem(key))) as undefined,
  };
}
