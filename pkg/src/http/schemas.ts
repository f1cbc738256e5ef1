// What the endpoints take and answer.
import { progress } from "./progress.js";
import { object, type Schema } from "./schema.js";

const text = (maxLength: number, description: string): Schema => ({
  type: "string",
  minLength: 1,
  maxLength,
  description,
});
const time = (description: string): Schema => ({
  type: "integer",
  minimum: 0,
  description: `${description}; milliseconds since 1970.`,
});
const integer = (minimum: number, maximum: number, description: string): Schema => ({
  type: "integer",
  minimum,
  maximum,
  description,
});
const list = (items: Schema): Schema => ({ type: "array", items });
const yes: Schema = { type: "boolean" };
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const code: Schema = { type: "string", maxLength: 128, description: "A code, as typed." };
const remember: Schema = {
  type: "boolean",
  description: "Remember the device: it has a budget of failures of its own.",
};
const factorId = integer(1, 65_535, "The number of a factor.");
const algorithm: Schema = { type: "string", enum: ["SHA1", "SHA256", "SHA512"] };
const kind: Schema = { type: "string", enum: ["totp", "hotp"] };
const attachment: Schema = { type: "string", enum: ["platform", "cross-platform"] };
const credential: Schema = {
  type: "object",
  description: "What the browser answered: `credential.toJSON()` (Web Authentication, section 5.1).",
};

const target = object(
  {
    action: text(256, "What is about to be done."),
    resource: text(256, "What it is done to."),
    amount: text(256, "How much of it."),
  },
  ["action"],
);

/** Bodies of requests. */
export const bodies = {
  enrol: object({
    kind,
    name: text(64, "How its owner calls it."),
    account: text(256, "What the authenticator shows beside the issuer."),
    secret: text(1024, "Base32 of a secret that exists already, as of a hardware token."),
    algorithm,
    digits: integer(6, 8, "Digits of a code."),
    period: integer(1, 2_147_483_647, "Seconds of a time step."),
    counter: integer(0, Number.MAX_SAFE_INTEGER, "Where a hardware token stands."),
  }),
  progress,
  confirm: object({ code, remember }, ["code"]),
  verify: object({ code, factor: factorId, remember, grant: target }, ["code"]),
  resync: object(
    {
      codes: { type: "array", items: code, minItems: 2, maxItems: 2, description: "Two codes in a row." },
      factor: factorId,
    },
    ["codes"],
  ),
  challenge: target,
  nothing: object({}),
  newPasskey: object({
    account: text(256, "What the browser shows of the account."),
    displayName: text(256, "The name of the person."),
    attachment: { ...attachment, description: "Where it may live: in the device, or in a security key." },
  }),
  registerPasskey: object({ credential, name: text(64, "How its owner calls it.") }, ["credential"]),
  verifyPasskey: object({ credential, remember, grant: target }, ["credential"]),
  signIn: object({ credential, remember }, ["credential"]),
  rename: object({ name: text(64, "How its owner calls it.") }, ["name"]),
} as const;

/** Bodies of answers, by their names in the OpenAPI document. */
export const answers: Record<string, Schema> = {
  Enrolment: object(
    {
      kind,
      secret: { type: "string", description: "Base32, for typing it in." },
      uri: { type: "string", description: "otpauth://…, for a QR code; not for an imported secret that is too short." },
      algorithm,
      digits: integer(6, 8, "Digits of a code."),
      period: integer(1, 2_147_483_647, "Seconds; of TOTP."),
      counter: integer(0, Number.MAX_SAFE_INTEGER, "The next one; of HOTP."),
      expiresAt: time("When it is dropped if nobody confirms it"),
      weak: { type: "boolean", description: "The secret is shorter than RFC 4226 demands." },
    },
    ["kind", "secret", "algorithm", "digits", "expiresAt", "weak"],
  ),
  PasskeySignals: object(
    {
      rpId: { type: "string" },
      userId: { type: "string", description: "Left out where there never was a passkey." },
      allAcceptedCredentialIds: list({ type: "string" }),
    },
    ["rpId", "allAcceptedCredentialIds"],
  ),
  PasskeyOptions: object(
    {
      publicKey: {
        type: "object",
        description:
          "`PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON` (Web Authentication, section 5.1).",
      },
    },
    ["publicKey"],
  ),
  SignIn: {
    type: "object",
    description: "A `Verification`, and the token of the first factor, which the passkey was.",
    properties: {
      token: { type: "string", description: "The bearer token: `Authorization` of the requests to come." },
      recoveryCodesLeft: integer(0, 10, "Recovery codes that are left."),
      session: ref("Session"),
    },
    required: ["token", "recoveryCodesLeft", "session"],
  },
  Verification: object(
    {
      factor: factorId,
      drift: { type: "integer", description: "Time steps that the authenticator is ahead; of TOTP." },
      recoveryCodesLeft: integer(0, 10, "Recovery codes that are left."),
      recoveryCodes: { type: "array", items: { type: "string" }, description: "The first set, to be shown once." },
      device: {
        type: "string",
        description: "The token of the device that was remembered: X-Device-Token from now on.",
      },
      session: ref("Session"),
    },
    ["recoveryCodesLeft", "session"],
  ),
  Session: object(
    {
      id: { type: "string" },
      methods: { type: "array", items: { type: "string" }, description: "How it was authenticated (RFC 8176)." },
      level: { type: "string", enum: ["aal1", "aal2", "aal3"] },
      authenticatedAt: time("When its owner last proved a factor"),
      expiresAt: time("When it ends"),
    },
    ["id", "methods", "level", "authenticatedAt", "expiresAt"],
  ),
  Challenge: object(
    {
      methods: {
        type: "array",
        items: { type: "string" },
        description: "What the account can prove: passkey, otp, mfa (a recovery code).",
      },
      lockedUntil: time("Until when codes are not taken"),
      disabled: yes,
      grant: target,
    },
    ["methods", "disabled"],
  ),
  Account: object(
    {
      enrolled: { type: "boolean", description: "It has a confirmed factor." },
      verified: { type: "boolean", description: "A good session came along, or there is no factor yet." },
      pendingUntil: time("When the pending enrolment is dropped"),
      lockedUntil: time("Until when codes are not taken"),
      disabled: yes,
      recoveryCodesLeft: integer(0, 10, "Told where verified."),
      factors: { ...list(ref("Factor")), description: "Told where verified." },
      sessions: { ...list(ref("OpenSession")), description: "Told where verified." },
      devices: { ...list(ref("Device")), description: "Told where verified." },
    },
    ["enrolled", "verified", "disabled"],
  ),
  Factor: object(
    {
      id: factorId,
      kind: { type: "string", enum: ["totp", "hotp", "passkey"] },
      name: { type: "string" },
      confirmedAt: time("When it was confirmed"),
      usedAt: time("When it last verified"),
      weak: yes,
      drift: { type: "integer", description: "Milliseconds that its clock is ahead; of TOTP." },
      passkey: ref("Passkey"),
    },
    ["id", "kind", "name", "confirmedAt", "weak"],
  ),
  Passkey: object(
    {
      credential: { type: "string", description: "Its credential id, base64url." },
      aaguid: { type: "string", description: "Which model it is, as a UUID; zeros where it does not say." },
      model: { type: "string", description: "The name of the model, where it is known." },
      platform: { type: "boolean", description: "It lives in a device or a password manager, not in a security key." },
      backedUp: { type: "boolean", description: "It is copied by its password manager." },
      attested: { type: "boolean", description: "Its maker attested the model." },
      expiresAt: time("From when on it is taken no more"),
    },
    ["credential", "aaguid", "platform", "backedUp", "attested", "expiresAt"],
  ),
  Factors: object({ factors: list(ref("Factor")) }, ["factors"]),
  OpenSession: object(
    {
      id: { type: "string" },
      name: { type: "string" },
      openedAt: time("When it was opened"),
      expiresAt: time("When it ends"),
      current: { type: "boolean", description: "It is the one that came along." },
    },
    ["id", "name", "openedAt", "expiresAt", "current"],
  ),
  Sessions: object({ sessions: list(ref("OpenSession")) }, ["sessions"]),
  Device: object({ name: { type: "string" }, firstAt: time("First use"), lastAt: time("Last verification") }, [
    "name",
    "firstAt",
    "lastAt",
  ]),
  RecoveryCodes: object({ codes: list({ type: "string" }) }, ["codes"]),
  Activity: object({ events: { type: "array", items: { type: "object" }, description: "Oldest first." } }, ["events"]),
  RelatedOrigins: object({ origins: list({ type: "string" }) }, ["origins"]),
  Health: object(
    {
      status: { type: "string", enum: ["ok", "degraded", "down"] },
      store: { type: "boolean", description: "It answers." },
      keys: { type: "boolean", description: "None is due to be replaced." },
      clock: { type: "boolean", description: "It is right, as far as known." },
      now: time("What its clock shows, for a page to compare its own with"),
      clockOffset: {
        type: "integer",
        description: "Milliseconds that the clock is ahead, where a trusted one is configured.",
      },
    },
    ["status", "store", "keys", "clock", "now"],
  ),
  Problem: {
    type: "object",
    description: "Problem details (RFC 9457).",
    properties: {
      type: { type: "string", description: "urn:problem-type:edge-mfa:CODE" },
      title: { type: "string" },
      status: integer(400, 599, "The HTTP status."),
      detail: { type: "string", description: "What to do about it." },
      code: { type: "string" },
      retryAfter: { type: "integer", description: "Seconds." },
      attemptsLeft: { type: "integer", description: "Wrong codes that are left before a lock." },
      drift: { type: "integer", description: "Time steps that the authenticator is ahead." },
      check: { type: "string", description: "Which check a passkey did not pass." },
      acrValues: { type: "string" },
      maxAge: { type: "integer", description: "Seconds." },
      methods: list({ type: "string" }),
      action: { type: "string" },
    },
    required: ["type", "title", "status", "detail", "code"],
  },
};
