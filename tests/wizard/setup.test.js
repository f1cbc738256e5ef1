// The set-up as a pure function: every step, and what is to be done at it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HINT_AFTER, setup, setupStart } from "edge-mfa/wizard/state";
import { start } from "../service/support/service.js";

const enrolment = { secret: "GEZDGNBVGY3TQOJQ", uri: "otpauth://totp/a", digits: 6, period: 30, expiresAt: 600_000 };
const pending = { ...enrolment, pendingUntil: 600_000 };
const codes = ["AAAA-1111", "BBBB-2222", "CCCC-3333"];

/** Sends the events one after the other; answers the last state, and the effects of the last event. */
function after(...events) {
  let next = { state: setupStart, effects: [] };
  for (const { at = 0, ...event } of events) next = setup(next.state, { at, ...event });
  return { ...next, kinds: next.effects.map(({ type, step }) => (type === "report" ? step : type)) };
}

const opened = { type: "opened", sameDevice: false };
const read = { type: "accountRead", account: { enrolled: false } };
const enrolled = { type: "enrolled", enrolment: pending };
const scan = [opened, read, enrolled];
const confirm = [...scan, { type: "continued" }];
const confirmed = [...confirm, { type: "submitted", code: "123456" }, { type: "confirmed", recoveryCodes: codes }];

test("it begins with what the account says", () => {
  assert.deepEqual(after(opened).kinds, ["readAccount", "probePasskeys"]);
  assert.deepEqual(after(opened, read).kinds, ["keep", "enrol"]);
  const { state, effects, kinds } = after(...scan);
  assert.equal(state.step, "scan");
  assert.deepEqual(kinds, ["keep", "wake", "wake", "qr_shown"]);
  assert.deepEqual(effects[0].kept, { enrolment: pending, startedAt: 0 });
  assert.deepEqual(
    effects.filter(({ type }) => type === "wake").map(({ at }) => at),
    [HINT_AFTER, 600_000],
  );
});

test("the key is offered after 30 seconds, once, and not to who is on already", () => {
  assert.equal(after(...scan, { type: "ticked", at: HINT_AFTER - 1 }).state.hinted, false);
  const hinted = [...scan, { type: "ticked", at: HINT_AFTER }];
  assert.deepEqual([after(...hinted).state.hinted, after(...hinted).kinds], [true, ["manual_offered"]]);
  assert.deepEqual(after(...hinted, { type: "ticked", at: HINT_AFTER + 1 }).kinds, []);
  assert.equal(after(...confirm, { type: "ticked", at: HINT_AFTER }).state.hinted, false);
});

test("a pending enrolment is over at its time, in every step of it", () => {
  const steps = [scan, [...scan, { type: "manualChosen" }], confirm];
  for (const events of steps) {
    const { state, kinds } = after(...events, { type: "ticked", at: 600_000 });
    assert.deepEqual([state.step, state.enrolment, kinds], ["expired", undefined, ["keep", "expired"]]);
  }
  const asking = [...confirm, { type: "submitted", code: "1", at: 599_999 }, { type: "ticked", at: 600_000 }];
  assert.equal(after(...asking).state.step, "confirm", "a code on its way may still be in time");
});

test("what was kept goes on after a reload, if the service still has it", () => {
  const kept = { enrolment: pending, startedAt: 5 };
  const reopen = (account, at = 9) => after({ ...opened, kept }, { type: "accountRead", account, at });
  assert.deepEqual(reopen({ enrolled: false, pendingUntil: 600_000 }).state.enrolment, pending);
  for (const account of [{ enrolled: false }, { enrolled: true, pendingUntil: 700_000 }])
    assert.deepEqual(reopen(account).kinds, ["keep", "enrol"]);
  assert.deepEqual(reopen({ enrolled: false, pendingUntil: 600_000 }, 600_000).kinds, ["keep", "enrol"]);
});

test("recovery codes that were not saved before a reload are made anew, and a passkey is offered again", () => {
  const enrolledNow = { type: "accountRead", account: { enrolled: true } };
  const reopen = (stage) => after({ ...opened, kept: { confirmed: stage, startedAt: 0 } }, enrolledNow);
  assert.deepEqual(reopen("codes").kinds, ["makeCodes"]);
  assert.equal(reopen("passkey").state.step, "passkey");
});

test("one code at a time is asked about, and none while they are not taken", () => {
  const asked = [...confirm, { type: "submitted", code: "123456" }];
  assert.deepEqual(after(...asked).kinds, ["confirm"]);
  assert.deepEqual(after(...asked, { type: "submitted", code: "123456" }).kinds, []);
  const trouble = { code: "code_rejected", attemptsLeft: 0, retryAfter: 30 };
  const locked = [...asked, { type: "refused", trouble, at: 1000 }];
  assert.deepEqual(
    [after(...locked).state.lockedUntil, after(...locked).kinds],
    [31_000, ["failed", "compareClocks", "wake"]],
  );
  assert.deepEqual(after(...locked, { type: "submitted", code: "1", at: 30_999 }).kinds, []);
  assert.equal(after(...locked, { type: "ticked", at: 31_000 }).state.lockedUntil, undefined);
});

test("only the recovery code that is asked for proves that they were saved, however it is typed", () => {
  const proving = [...confirmed, { type: "continued", at: 4 }];
  const { proof } = after(...proving).state;
  assert.equal(proof, 2);
  const prove = (code) => after(...proving, { type: "proved", code });
  assert.equal(prove(" bbbb2222 ").state.step, "done");
  assert.deepEqual(prove("bbbb2222").state.recoveryCodes, [], "they leave the page");
  for (const code of ["AAAA-1111", "", "BBBB-222"]) assert.equal(prove(code).state.step, "prove");
});

test("a passkey is offered where one can be made, and its failure is no end", () => {
  const withPasskeys = [...confirmed, { type: "passkeysProbed", available: true }, { type: "continued", at: 0 }];
  const offered = [...withPasskeys, { type: "proved", code: codes[0] }];
  assert.deepEqual(after(...offered).effects[0].kept, { confirmed: "passkey", startedAt: 0 });
  const asked = [...offered, { type: "passkeyChosen" }];
  assert.deepEqual(after(...asked).kinds, ["addPasskey"]);
  const refused = (code) => after(...asked, { type: "refused", trouble: { code } }).state;
  assert.deepEqual([refused("passkey_cancelled").step, refused("passkey_cancelled").busy], ["passkey", false]);
  assert.equal(refused("not_found").step, "done");
  assert.deepEqual(after(...asked, { type: "passkeyAdded" }).kinds, ["keep", "passkey_added", "finished"]);
});

test("cancelling drops the enrolment; after the confirmation there is nothing to cancel", () => {
  assert.deepEqual(after(...confirm, { type: "cancelled" }).kinds, ["cancelEnrolment", "keep", "cancelled"]);
  assert.equal(after(...confirmed, { type: "cancelled" }).state.step, "codes");
  assert.deepEqual(after(...confirm, { type: "cancelled" }, { type: "restarted" }).kinds, ["readAccount"]);
});

test("an enrolment that the service dropped is over, and what else it refuses is said", () => {
  const asked = [...confirm, { type: "submitted", code: "1" }];
  for (const code of ["no_pending_enrolment", "enrolment_expired"])
    assert.equal(after(...asked, { type: "refused", trouble: { code } }).state.step, "expired");
  assert.equal(after(opened, { type: "refused", trouble: { code: "network" } }).state.step, "failed");
});

test("every step that the service takes is told, and no other", async () => {
  const { ask } = start();
  const asked = [...confirm, { type: "submitted", code: "123456" }];
  const proved = [...confirmed, { type: "continued", at: 0 }, { type: "proved", code: codes[0] }];
  const offered = [...confirmed, { type: "passkeysProbed", available: true }, ...proved.slice(confirmed.length)];
  const ways = [
    ...[[opened, read, enrolled], [{ ...opened, sameDevice: true }, read, enrolled], confirmed, proved],
    ...[
      [...scan, { type: "ticked", at: HINT_AFTER }],
      [...scan, { type: "manualChosen" }],
    ],
    ...[
      [...scan, { type: "ticked", at: 600_000 }],
      [...scan, { type: "cancelled" }],
    ],
    [...asked, { type: "refused", trouble: { code: "code_rejected" } }],
    ...[
      [...offered, { type: "passkeyChosen" }, { type: "passkeyAdded" }],
      [...offered, { type: "passkeySkipped" }],
    ],
  ];
  const told = ways.flatMap((events) => after(...events).effects.filter(({ type }) => type === "report"));
  const { paths } = (await ask("GET", "/openapi.json")).body;
  const { schema } = paths["/enrol/progress"].post.requestBody.content["application/json"];
  assert.deepEqual([...new Set(told.map(({ step }) => step))].sort(), [...schema.properties.step.enum].sort());
});

test("no event breaks a state, and the same one gives the same", () => {
  const events = [
    ...[...confirmed, { type: "ticked" }, { type: "manualChosen" }, { type: "scanChosen" }, { type: "wentBack" }],
    ...[{ type: "proved", code: "" }, { type: "passkeyChosen" }, { type: "passkeySkipped" }, { type: "passkeyAdded" }],
    ...[{ type: "restarted" }, { type: "cancelled" }, { type: "codesMade", codes }, { type: "saved", how: "copied" }],
    ...codes.map((code) => ({ type: "proved", code })),
    ...[{ type: "passkeysProbed", available: true }, { type: "ticked", at: 900_000 }, opened, read, enrolled],
    ...[{ type: "continued" }, { type: "submitted", code: "1" }, { type: "confirmed", recoveryCodes: codes }],
    ...[
      { type: "clockCompared", offset: 1 },
      { type: "refused", trouble: { code: "internal" } },
    ],
  ].map((event, at) => ({ at, ...event }));
  const key = ({ step, busy, passkeys, proof }) => `${step} ${busy} ${passkeys} ${proof}`;
  const seen = new Map([[key(setupStart), setupStart]]);
  for (let round = 0; round < 8; round++)
    for (const state of [...seen.values()])
      for (const event of events) {
        const frozen = structuredClone(state);
        const next = setup(state, event);
        assert.deepEqual(state, frozen);
        assert.deepEqual(setup(state, event), next);
        if (!seen.has(key(next.state))) seen.set(key(next.state), next.state);
      }
  assert.deepEqual([...new Set([...seen.values()].map(({ step }) => step))].sort(), [
    ...["cancelled", "codes", "confirm", "done", "expired", "failed", "loading", "manual", "passkey", "prove", "scan"],
  ]);
});
