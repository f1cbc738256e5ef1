// Compiled, not run, against the packed package: the types say what the API does, and refuse what it refuses.

import { hotp, MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";
import { type ApiKeyReport, apiKeys } from "edge-mfa/api-keys";
import {
  type Client,
  createClient,
  type Problem,
  ProblemError,
  type PromptRequest,
  readProblem,
} from "edge-mfa/client";
import { agent } from "edge-mfa/client/node";
import { type MfaVariables, mfaEndpoints, mfaGuard } from "edge-mfa/hono";
import { jwt } from "edge-mfa/jwt";
import { guarded, endpoints as nextEndpoints } from "edge-mfa/next";
import {
  type Authenticate,
  anyOf,
  createMfa,
  type Event,
  keyring,
  type PolicySettings,
  type Principal,
  MfaError as ServerError,
} from "edge-mfa/server";
import { memoryStore } from "edge-mfa/store/memory";
import { MfaPrompt, type MfaSetup, passkeys, type Texts } from "edge-mfa/wizard";
import {
  createPrompt,
  createSetup,
  PasskeyError,
  type SetupEffect,
  type SetupState,
  setup,
  setupStart,
} from "edge-mfa/wizard/state";
import { Hono } from "hono";
import { createRemoteJWKSet } from "jose";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<_T extends true>(): void {}

const made = secret.generate(32);
is<Same<typeof made, string>>();
const parsed = secret.parse("GEZD GNBV");
const bytes: Uint8Array = parsed.bytes;
const weak: boolean = parsed.weak;
const base32: string = parsed.base32;

// A verdict tells by `valid` which fields are there.
const verdict = totp.verify("287082", { secret: bytes, time: new Date(), window: { past: 1, future: 0 }, after: 5 });
if (verdict.valid) {
  const step: number = verdict.step;
  const drift: number = verdict.drift;
  // @ts-expect-error: an accepted code has no reason
  verdict.reason;
  void [step, drift];
} else {
  const reason: "mismatch" | "replayed" | "malformed" = verdict.reason;
  // @ts-expect-error: a refused code has no step
  verdict.step;
  void reason;
}

const code: string = totp.generate({ secret: made, time: 59_000, algorithm: "SHA256", digits: 8, period: 60 });
const counted: string = hotp.generate({ secret: made, counter: 1 });
const next = hotp.verify(code, { secret: made, counter: 1, lookAhead: 5 });
if (next.valid) next.counter.toFixed();
const resynced = hotp.resync([code, counted], { secret: made, counter: 1, lookAhead: 100 });
if (!resynced.valid) resynced.reason.length;

const uri: string = otpauth.build({ issuer: "ACME", account: "ann", secret: made });
const account = otpauth.parse(uri);
if (account.type === "hotp") {
  const counter: number = account.counter;
  void counter;
} else {
  const period: number = account.period;
  void period;
}
const warnings: readonly string[] = account.warnings;
otpauth.parseMigration(uri);
otpauth.parseMigration([uri]);
otpauth.buildMigration([{ issuer: "ACME", account: "ann", secret: made }]);

const svg: string = qr.svg(uri, {
  size: 300,
  margin: 4,
  level: "M",
  dark: "#000",
  light: "#fff",
  title: "t",
  description: "d",
});
const image: string = qr.dataUri(uri);
const png: Uint8Array = qr.png(uri, { size: 300 });
const text: string = qr.text(uri);

const set = recovery.generate({ count: 10, key: bytes });
const used = recovery.verify("AAAA", set.hashes, { key: bytes });
if (used.valid) used.index.toFixed();

try {
  secret.parse("");
} catch (error) {
  if (error instanceof MfaError) {
    const stable: string = error.code;
    const plain: Error = error;
    void [stable, plain];
  }
}

// @ts-expect-error: a secret is needed
totp.generate({});
// @ts-expect-error: no such algorithm
totp.generate({ secret: made, algorithm: "MD5" });
// @ts-expect-error: codes are text, a number loses leading zeros
totp.verify(287082, { secret: made });
// @ts-expect-error: a counter is needed
hotp.generate({ secret: made });
// @ts-expect-error: no such level
qr.svg(uri, { level: "X" });
// @ts-expect-error: the key is needed
recovery.generate({});

void [base32, weak, warnings, svg, image, png, text];

// The types of the server are those of the Rust types. What is optional may be undefined.
const policy: PolicySettings = { preset: "strict", window: undefined, locks: [30, 60], sessionMode: "offline" };
const mfa = createMfa({
  issuer: "ACME",
  store: memoryStore(),
  keys: keyring.generate({ environment: "test" }),
  policy,
});
const begun = await mfa.enrol("ann", { kind: "totp", name: undefined, digits: 6 });
if (begun.ok) {
  const shown: string = begun.secret;
  // @ts-expect-error: nothing was denied
  begun.reason;
  void shown;
} else {
  const again: number | undefined = begun.retryAt;
  // @ts-expect-error: a denied enrolment has no secret
  begun.secret;
  void again;
}
const verified = await mfa.verify("ann", "287082", { address: "192.0.2.1", device: undefined });
if (verified.ok) {
  const session: string = verified.session;
  const left: number = verified.recoveryCodesLeft;
  void [session, left];
}
const events = await mfa.history("ann");
for (const event of events as Event[]) {
  const at: number = event.at;
  // What happened tells which fields there are.
  if (event.type === "locked") event.until.toFixed();
  // @ts-expect-error: another kind has no end
  if (event.type === "verified") event.until;
  void at;
}
const strict: number = mfa.policy.window;
const same: typeof MfaError = ServerError;

// @ts-expect-error: no such setting
createMfa({ issuer: "ACME", store: memoryStore(), keys: "", policy: { windows: 1 } });
// @ts-expect-error: no such kind of factor
mfa.enrol("ann", { kind: "sms" });
// @ts-expect-error: codes are text
mfa.verify("ann", 287082);

void [strict, same];

// Who a bearer token is from.
const services = apiKeys({ store: memoryStore(), keys: keyring.generate({ environment: "test" }), now: undefined });
const people = jwt({
  issuer: "https://login.example",
  audience: ["https://api.example"],
  jwks: createRemoteJWKSet(new URL("https://login.example/jwks")),
  algorithms: ["RS256", "EdDSA"],
  subject: (claims) => claims.sub && `acme|${claims.sub}`,
  service: ({ sub, client_id }) => sub === client_id,
  profile: "rfc9068",
  scopes: undefined,
});
const authenticate: Authenticate = anyOf(people, services.authenticate, () => undefined);
const principal: Principal | undefined = await authenticate("token");
if (principal) {
  const scopes: readonly string[] = principal.scopes ?? [];
  void scopes;
}
const newKey: { id: string; key: string } = await services.create({ subject: "cron", expiresAt: new Date() });
const reported: ApiKeyReport = await services.report({ within: 1 });
for (const { id, scopes, expiresAt } of await services.list()) void [id.length, scopes.length, expiresAt?.toFixed()];

// @ts-expect-error: an audience is needed
jwt({ issuer: "https://login.example" });
// @ts-expect-error: a secret that both have is no signature of the issuer
jwt({ issuer: "https://login.example", audience: "a", algorithms: ["HS256"] });
// @ts-expect-error: whose key it is
services.create({ scopes: ["a"] });
// @ts-expect-error: an authenticator answers a principal
anyOf(() => "alice");

void [newKey, reported];
// The client is a `fetch`, and takes whatever is shaped like the page's own things.
const client: Client = createClient({
  token: async (refused) => refused ?? "access",
  baseUrl: new URL("https://api.example.com"),
  origins: ["https://files.example.com"],
  storage: sessionStorage,
  device: undefined,
  timeout: 30_000,
  retry: 3,
  fetch,
  prompt: async ({ problem, attempt, signal, action, methods, maxAge, retryAfter, verify }: PromptRequest) => {
    const left: number | undefined = problem?.attemptsLeft;
    const done = await verify("123456", { remember: true, grant: { action: "transfer", amount: "7" } });
    if (done.ok) return void done.device?.length;
    const why: Problem | undefined = done.problem;
    void [left, attempt.toFixed(), signal.aborted, action, methods?.length, maxAge, retryAfter, why];
    return window.prompt() ?? undefined;
  },
});
const send: typeof fetch = client.fetch;
const refusal = await readProblem(await send("/transfer", { method: "POST", body: new FormData() }));
if (refusal?.code === "locked") refusal.retryAfter?.toFixed();
if (refusal) void new ProblemError(refusal).problem.detail;
await client.forget();
createClient({ token: "access", prompt: () => undefined });

// @ts-expect-error: a token is needed
createClient({});
// @ts-expect-error: codes are text
createClient({ token: "access", prompt: () => 123456 });
// @ts-expect-error: milliseconds
createClient({ token: "access", timeout: "10s" });
// @ts-expect-error: undici is needed
agent();

// The adapters fit what they are for.
const app = new Hono<{ Variables: MfaVariables }>();
app.all("/mfa/*", mfaEndpoints(mfa));
app.get("/orders", mfaGuard(mfa, { maxAge: 300 }), (c) => c.json({ ordersOf: c.get("mfa").subject }));
// @ts-expect-error: seconds
mfaGuard(mfa, { maxAge: "300" });

const route: (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response> = guarded(
  mfa,
  { scopes: ["read"] },
  async (request, { subject }, { params }) => Response.json([request.url, subject, (await params).id]),
);
const { GET, POST }: Record<"GET" | "POST", (request: Request) => Promise<Response>> = nextEndpoints(mfa);

void [route, GET, POST];

const wizardClient: Client = createClient({
  token: "access",
  prompt: (request) => createPrompt({ client: wizardClient }).ask(request),
});
const afterSubmit = setup(setupStart, { type: "submitted", at: 0, code: "123 456" });
is<Same<typeof afterSubmit.state, SetupState>>();
is<Same<typeof afterSubmit.effects, readonly SetupEffect[]>>();
// @ts-expect-error a code is text
setup(setupStart, { type: "submitted", at: 0, code: 123456 });
const wizard = createSetup({ client: wizardClient, enrolment: { name: "Phone" }, storage: null });
wizard.send({ type: "opened", sameDevice: false, kept: wizard.kept() });
// @ts-expect-error the time is added by the machine's own clock
wizard.send({ type: "ticked", at: 5 });
const element: MfaSetup = document.createElement("mfa-setup");
element.client = wizardClient;
const own: Partial<Texts> = { step: (number, of) => `${number}/${of}` };
element.texts = own;
const asker: MfaPrompt = new MfaPrompt();
asker.grant = { action: "pay", amount: "25 EUR" };
const made2: Promise<object> = passkeys.register({});
passkeys.authenticate({}, { mediation: "conditional" }).catch((error) => error instanceof PasskeyError && error.code);
void [asker, made2];
