// The prompt as a pure function, and as the prompt of a client.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPrompt, prompt, promptStart } from "edge-mfa/wizard/state";

function after(...events) {
  let next = { state: promptStart, effects: [] };
  for (const { at = 0, ...event } of events) next = prompt(next.state, { at, ...event });
  return { ...next, kinds: next.effects.map(({ type }) => type) };
}

const open = (methods, more = {}) => [
  { type: "asked", passkeys: true },
  { type: "challengeRead", methods, ...more },
];

test("the best way first, of those that the account and the browser have", () => {
  const ways = (methods, passkeys = true) =>
    after({ type: "asked", passkeys }, { type: "challengeRead", methods }).state.ways;
  assert.deepEqual(ways(["otp", "mfa", "passkey"]), ["passkey", "otp", "recovery"]);
  assert.deepEqual(ways(["passkey", "otp"], false), ["otp"]);
  assert.deepEqual(ways([]), ["otp"], "where nothing is known, a code can be tried");
});

test("while codes are locked, recovery codes go through", () => {
  const locked = open(["otp", "mfa"], { lockedUntil: 30_000 });
  assert.deepEqual(after(...locked).kinds, ["wake"]);
  assert.deepEqual(after(...locked, { type: "submitted", code: "123 456" }).kinds, []);
  assert.deepEqual(after(...locked, { type: "submitted", code: "AAAA-BBBB-CCCC-DDDD" }).kinds, ["verify"]);
  assert.deepEqual(after(...locked, { type: "submitted", code: "123 456", at: 30_000 }).kinds, ["verify"]);
});

test("what is refused is said, and the same prompt goes on", () => {
  const asked = [...open(["otp"]), { type: "submitted", code: "1" }];
  const trouble = { code: "code_rejected", attemptsLeft: 1 };
  for (const event of [
    { type: "refused", trouble },
    { type: "asked", trouble, passkeys: true },
  ]) {
    const { state } = after(...asked, event);
    assert.deepEqual([state.step, state.busy, state.trouble], ["open", false, trouble]);
  }
  assert.deepEqual(after(...asked, { type: "cancelled" }).kinds, ["giveUp"]);
});

test("as the prompt of a client: a code for an action is answered, another one is verified", async () => {
  const client = { fetch: async () => Response.json({ methods: ["otp", "mfa"] }) };
  const verified = [];
  const request = (more) => ({
    ...{ attempt: 1, problem: { code: "verification_required" }, signal: new AbortController().signal },
    verify: async (...proof) => verified.push(proof) && { ok: true },
    ...more,
  });
  const machine = createPrompt({ client });
  const opened = () => new Promise((resolve) => machine.subscribe(({ step }) => step === "open" && resolve()));

  const answer = machine.ask(request({ action: "transfer" }));
  await opened();
  machine.send({ type: "submitted", code: "123 456" });
  assert.equal(await answer, "123 456");
  const again = machine.ask(
    request({ action: "transfer", attempt: 2, problem: { code: "code_rejected", attemptsLeft: 2 } }),
  );
  assert.deepEqual(machine.state.trouble, { code: "code_rejected", attemptsLeft: 2 });
  machine.send({ type: "cancelled" });
  assert.equal(await again, undefined);

  const plain = machine.ask(request({ action: undefined }));
  await opened();
  machine.send({ type: "submitted", code: "654321", remember: true });
  assert.equal(await plain, undefined);
  assert.deepEqual(verified, [["654321", { remember: true }]]);
  assert.equal(machine.state.step, "done");
  machine.stop();
});

test("a request that is given up closes the prompt", async () => {
  const machine = createPrompt({ client: { fetch: async () => Response.json({ methods: ["otp"] }) } });
  const controller = new AbortController();
  const answer = machine.ask({ attempt: 1, problem: undefined, signal: controller.signal });
  controller.abort();
  assert.equal(await answer, undefined);
  assert.equal(machine.state.step, "closed");
});
