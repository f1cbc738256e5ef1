// Problem details, read from an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError, readProblem } from "edge-mfa/client";

const TYPE = { "Content-Type": "application/problem+json" };
const answer = (body, { status = 401, headers = TYPE } = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

test("every member that the contract names, in its type", async () => {
  const problem = {
    type: "urn:problem-type:edge-mfa:code_rejected",
    title: "Code rejected",
    status: 401,
    detail: "Try the next code.",
    code: "code_rejected",
    retryAfter: 30,
    attemptsLeft: 0,
    maxAge: 300,
    methods: ["otp"],
    acrValues: "aal2",
    action: "transfer",
  };
  assert.deepEqual(await readProblem(answer(problem)), problem);
});

test("what has another type is left out, and the status is that of the answer", async () => {
  const odd = {
    type: 1,
    title: {},
    status: 200,
    detail: null,
    code: [],
    retryAfter: "30",
    attemptsLeft: -1,
    maxAge: 1.5,
    methods: ["otp", 1],
    acrValues: 2,
    action: false,
    extra: "x",
    __proto__: { type: "inherited" },
  };
  assert.deepEqual(await readProblem(answer(odd, { status: 429 })), { type: "about:blank", code: "", status: 429 });
});

test("the answer stays as it is", async () => {
  const response = answer({ code: "locked" });
  assert.equal((await readProblem(response)).code, "locked");
  assert.equal(response.bodyUsed, false);
  assert.deepEqual(await response.json(), { code: "locked" });
  assert.equal(await readProblem(response), undefined);
});

test("what is no problem is undefined", async () => {
  for (const body of ["", "{", "null", "[]", "7", '"text"', "<html>"])
    assert.equal(await readProblem(answer(body)), undefined, body);
  for (const type of ["application/json", "text/html", "application/problem+jsonx", "application/problem+xml"])
    assert.equal(await readProblem(answer({ code: "locked" }, { headers: { "Content-Type": type } })), undefined, type);
  assert.equal(await readProblem(new Response(null, { status: 401 })), undefined);
  for (const type of ["application/problem+json; charset=utf-8", "Application/Problem+JSON"])
    assert.equal((await readProblem(answer({ code: "x" }, { headers: { "Content-Type": type } }))).code, "x", type);
});

test("a ProblemError says what the problem says", () => {
  const error = new ProblemError({ type: "t", status: 429, code: "locked", detail: "Wait.", title: "Locked" });
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.code, error.message, error.problem.status],
    ["ProblemError", "locked", "Wait.", 429],
  );
  assert.equal(new ProblemError({ type: "t", status: 429, code: "locked" }).message, "locked");
});
