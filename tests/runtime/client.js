// The portable suite of `edge-mfa/client`: a `fetch` of its own stands for the network. It imports nothing, like suite.js.

/** Every case, by name, in order. */
export function* client({ client: { createClient, readProblem, MfaError } }) {
  const make = (api, options) =>
    createClient({ baseUrl: "https://api.example.com", token: async () => "access", fetch: api, ...options });

  yield [
    "client: ten requests, one prompt, and each has its body twice",
    async () => {
      const { api, seen } = guarded();
      const prompts = [];
      const { fetch } = make(api, {
        prompt: ({ problem, attempt }) => prompts.push([problem.code, attempt]) && "111111",
      });
      const paths = Array.from({ length: 10 }, (_, index) => `/${index}`);
      const inputs = paths.map((path) => new Request(`https://api.example.com${path}`, { method: "POST", body: path }));
      const sends = inputs.map((input, index) =>
        index % 2 ? fetch(input) : fetch(paths[index], { method: "POST", body: paths[index] }),
      );
      const answers = await Promise.all((await Promise.all(sends)).map((answer) => answer.json()));
      equal(answers, paths);
      equal(prompts, [["verification_required", 1]]);
      equal(seen.length, 20);
      equal(seen.filter(({ code }) => code).length, 1);
    },
  ];
  yield [
    "client: a wrong code prompts again, and giving up answers the 401",
    async () => {
      const { api } = guarded();
      const codes = ["999999", undefined];
      const attempts = [];
      const prompt = async ({ attempt, problem }) => {
        attempts.push([attempt, problem.code]);
        return codes.shift();
      };
      const answer = await make(api, { prompt }).fetch("/");
      equal([answer.status, (await readProblem(answer)).code], [401, "verification_required"]);
      equal(attempts, [
        [1, "verification_required"],
        [2, "code_rejected"],
      ]);
    },
  ];
  yield [
    "client: another origin gets no headers",
    async () => {
      const { api, seen } = guarded();
      await make(api, { device: "device" }).fetch("https://other.example/");
      equal(seen, [{}]);
    },
  ];
  yield [
    "client: what passes is tried again after 1, 2 and 4 s",
    async () => {
      const delays = [];
      let count = 0;
      const wait = async (milliseconds, signal) => {
        if (milliseconds !== 10_000) return void delays.push(milliseconds);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      };
      const api = async () => {
        if (++count === 1) throw new TypeError("network");
        return new Response(null, { status: 503 });
      };
      const answer = await make(api, { wait, random: () => 0.5 }).fetch("/");
      equal([answer.status, count, delays], [503, 4, [1000, 2000, 4000]]);
    },
  ];
  yield [
    "client: a timeout and an abort each reject with what they are",
    async () => {
      const hanging = (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const late = make(hanging, { timeout: 1, retry: 0 });
      equal(await nameOf(late.fetch("/")), "TimeoutError");
      const controller = new AbortController();
      const left = make(hanging).fetch("/", { signal: controller.signal });
      controller.abort(new RangeError("mine"));
      equal(await nameOf(left), "RangeError");
    },
  ];
  yield [
    "client: redirects and wrong options are refused",
    async () => {
      const api = async () => new Response(null, { status: 302, headers: { Location: "https://other.example/" } });
      const codes = [];
      for (const run of [() => make(api).fetch("/"), async () => make(api, { timeout: 30_001 })])
        await run().catch((error) => codes.push(error instanceof MfaError && error.code));
      equal(codes, ["client_redirect", "client_invalid"]);
    },
  ];
}

/** An API that keeps to the contract: the code 111111 is good, and so is the session after it. */
function guarded() {
  const seen = [];
  const api = async (input, init) => {
    const { url, headers, body } = await read(input, init);
    const code = headers.get("X-MFA-Token") ?? undefined;
    const session = headers.get("X-Session-Token") ?? undefined;
    seen.push({ token: headers.get("Authorization") ?? undefined, code, session });
    if (code === "111111" || session === "session")
      return Response.json(body || url, { headers: { "X-Session-Token": "session" } });
    const problem = { code: code ? "code_rejected" : "verification_required" };
    const challenge = 'Bearer realm="ACME", error="insufficient_user_authentication"';
    const refused = { "Content-Type": "application/problem+json", "WWW-Authenticate": challenge };
    return new Response(JSON.stringify(problem), { status: 401, headers: refused });
  };
  return { api, seen };
}

async function read(input, init) {
  const request = new Request(input, init);
  return { url: request.url, headers: request.headers, body: await request.text() };
}

async function nameOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error?.name;
  }
}

function equal(actual, expected) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`expected ${right}, got ${left}`);
}
