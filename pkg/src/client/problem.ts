// Problem details (RFC 9457), as the guard and the endpoints answer them.

/** Every `code` of a {@link Problem}. The list grows: be ready for one that you do not know. */
export type ProblemCode =
  | "invalid_request"
  | "code_malformed"
  | "authentication_required"
  | "invalid_token"
  | "verification_required"
  | "code_rejected"
  | "code_replayed"
  | "code_expired"
  | "clock_drift"
  | "algorithm_mismatch"
  | "digits_mismatch"
  | "period_mismatch"
  | "previous_secret"
  | "misread"
  | "session_invalid"
  | "insufficient_scope"
  | "forbidden"
  | "insecure_transport"
  | "cross_origin"
  | "not_found"
  | "method_not_allowed"
  | "not_acceptable"
  | "content_too_large"
  | "unsupported_media_type"
  | "no_pending_enrolment"
  | "enrolment_expired"
  | "too_many_factors"
  | "already_enrolled"
  | "not_enrolled"
  | "locked"
  | "disabled"
  | "internal"
  | "unavailable"
  | (string & {});

/** What an answer of `application/problem+json` says. Members of another type than these are left out. */
export interface Problem {
  /** `urn:problem-type:edge-mfa:` and the code. */
  type: string;
  title?: string;
  /** The HTTP status, as the answer has it. */
  status: number;
  /** A help text. */
  detail?: string;
  /** What went wrong; stable. Empty for the problems of another service. */
  code: ProblemCode;
  /** Seconds. */
  retryAfter?: number;
  /** Attempts before the account is locked. */
  attemptsLeft?: number;
  /** Time steps that the authenticator is ahead; behind, where negative. */
  drift?: number;
  /** Seconds: how fresh a verification was demanded. */
  maxAge?: number;
  /** The methods that would do, as `amr` values (RFC 8176). */
  methods?: readonly string[];
  /** The authentication context that would do (RFC 9470). */
  acrValues?: string;
  /** What is to be done with the verification. */
  action?: string;
}

/** A {@link Problem} to be thrown. */
export class ProblemError extends Error {
  static {
    ProblemError.prototype.name = "ProblemError";
  }

  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title ?? problem.code, options);
    this.problem = problem;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }
}

/**
 * Reads the problem of an answer, and leaves the answer as it is; `undefined` where there is none.
 *
 * @example
 * ```js
 * import { ProblemError, readProblem } from "edge-mfa/client";
 *
 * const body = { type: "urn:problem-type:edge-mfa:locked", status: 429, code: "locked", retryAfter: 30 };
 * const response = Response.json(body, { status: 429, headers: { "Content-Type": "application/problem+json" } });
 *
 * const problem = await readProblem(response);
 * assert.equal(problem.code, "locked");
 * assert.equal(problem.retryAfter, 30);
 * assert.equal(new ProblemError(problem).code, "locked"); // for those who like to throw it
 *
 * assert.equal(await readProblem(Response.json({ code: "locked" })), undefined);
 * ```
 */
export async function readProblem(response: Response): Promise<Problem | undefined> {
  const type = response.headers.get("Content-Type") ?? "";
  if (response.bodyUsed || !/^application\/problem\+json *(;|$)/i.test(type)) return undefined;
  const text = await response.clone().text();
  try {
    return problemOf(JSON.parse(text), response.status);
  } catch {
    return undefined;
  }
}

/** An unknown type is `about:blank` (RFC 9457, section 4.2.1). */
function problemOf(given: unknown, status: number): Problem | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const members = given as Record<string, unknown>;
  const problem: Record<string, unknown> = { type: "about:blank", code: "", status };
  for (const [name, is] of Object.entries(MEMBERS)) if (is(members[name])) problem[name] = members[name];
  return problem as unknown as Problem;
}

const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const MEMBERS: Record<string, (value: unknown) => boolean> = {
  type: isText,
  title: isText,
  detail: isText,
  code: isText,
  retryAfter: isCount,
  attemptsLeft: isCount,
  drift: Number.isSafeInteger,
  maxAge: isCount,
  methods: (value) => Array.isArray(value) && value.every(isText),
  acrValues: isText,
  action: isText,
};
