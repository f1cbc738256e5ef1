/** What makes codes, with its defaults, in the order in which the core reads it. */
export function generator(options: unknown): unknown[] {
  const { type = "totp", secret, algorithm = "SHA1", digits = 6, counter, period = 30 } = Object(options);
  return [type, secret, algorithm, digits, counter, period];
}
