// The endpoints for passkeys.
import type * as types from "../core.js";
import { core } from "../core.js";
import { passkeysOf } from "../mfa/passkeys.js";
import { principalOf } from "./guard.js";
import { freshness, GUARDED, label, passed, type Route, remembering, settled, verified } from "./route.js";
import { bodies } from "./schemas.js";

export const passkeyRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/passkeys/register/options",
    name: "passkeyRegistrationOptions",
    summary: "What a browser needs to make a passkey; the challenge is good once.",
    body: bodies.newPasskey,
    status: 200,
    answer: "PasskeyOptions",
    problems: [...GUARDED, "too_many_factors"],
    run: async (call) => {
      const { headers } = await passed(call, { maxAge: freshness(call), ifEnrolled: true });
      const passkey = { account: label(call.subject), ...(call.body as types.NewPasskey) };
      const { registrationOptions } = passkeysOf(call.service);
      const { publicKey } = settled(await registrationOptions(call.subject, passkey, call.context));
      return { body: { publicKey }, headers };
    },
  },
  {
    method: "POST",
    path: "/passkeys/register",
    name: "registerPasskey",
    summary: "Register the passkey that the browser made, and verify by it.",
    body: bodies.registerPasskey,
    status: 200,
    answer: "Verification",
    problems: [...GUARDED, "passkey_refused", "passkey_taken", "already_enrolled", "no_challenge", "too_many_factors"],
    run: async (call) => {
      await passed(call, { maxAge: freshness(call), ifEnrolled: true });
      const { credential, name } = call.body;
      const { register } = passkeysOf(call.service);
      return verified(settled(await register(call.subject, credential, name, call.context)));
    },
  },
  {
    method: "POST",
    path: "/passkeys/verify/options",
    name: "passkeyAuthenticationOptions",
    summary: "What a browser needs to use one of the account's passkeys; the challenge is good once.",
    body: bodies.nothing,
    status: 200,
    answer: "PasskeyOptions",
    problems: ["not_enrolled"],
    run: async ({ service, subject, context }) => {
      const { publicKey } = settled(await passkeysOf(service).authenticationOptions(subject, context));
      return { body: { publicKey } };
    },
  },
  {
    method: "POST",
    path: "/passkeys/verify",
    name: "verifyPasskey",
    summary: "Verify by what the browser answered; and for a grant, where something is to be done that needs one.",
    body: bodies.verifyPasskey,
    status: 200,
    answer: "Verification",
    problems: ["passkey_refused", "passkey_unknown", "passkey_expired", "no_challenge"],
    run: async ({ service, subject, context, body: { credential, grant, remember } }) => {
      const full = { ...remembering(context, remember), grant };
      return verified(settled(await passkeysOf(service).authenticate(subject, credential, full)));
    },
  },
  {
    method: "GET",
    path: "/passkeys/signals",
    name: "passkeySignals",
    summary: "What a browser may be told of the account's passkeys, so that it forgets those that were removed.",
    status: 200,
    answer: "PasskeySignals",
    problems: GUARDED,
    run: async (call) => {
      const { headers } = await passed(call, { ifEnrolled: true });
      return { body: await passkeysOf(call.service).signals(call.subject), headers };
    },
  },
  {
    method: "POST",
    path: "/passkeys/sign-in/options",
    name: "passkeySignInOptions",
    summary: "What a browser needs to use any passkey of this service; the challenge is good once.",
    open: true,
    body: bodies.nothing,
    status: 200,
    answer: "PasskeyOptions",
    problems: [],
    run: async ({ service }) => {
      const { publicKey } = await passkeysOf(service).signInOptions();
      return { body: { publicKey } };
    },
  },
  {
    method: "POST",
    path: "/passkeys/sign-in",
    name: "signInWithPasskey",
    summary: "Sign in with a passkey alone: it says who it is.",
    open: true,
    body: bodies.signIn,
    status: 200,
    answer: "SignIn",
    problems: ["passkey_refused", "passkey_unknown", "passkey_expired", "no_challenge"],
    run: async ({ service, request, context, body: { credential, remember } }) => {
      const outcome = settled(await passkeysOf(service).signIn(credential, remembering(context, remember)));
      const token = (await service.passkeys?.signIn?.(outcome.subject, request)) as string;
      const { binding = token } = await principalOf(service, token, request);
      const engine = await service.engine();
      const session = engine((handle) => core.sessionBind(handle, outcome.session, binding, service.now()));
      const { body, headers } = verified({ ...outcome, session });
      return { body: { ...body, token }, headers };
    },
  },
];
