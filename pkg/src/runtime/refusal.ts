import { MfaError, type MfaErrorCode } from "../error.js";

/** The error of a line of the core's table: its code, a space, and what there is to say beyond the words of the code. */
export function refusal(line: string): MfaError {
  const [code, detail] = line.split(/ (.*)/) as [MfaErrorCode, string];
  return new MfaError(code, code.replaceAll("_", " ") + (detail && `: ${detail}`));
}
