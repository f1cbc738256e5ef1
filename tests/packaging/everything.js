// A page that imports everything from `edge-mfa` and uses every function: what `size.js` weighs.

import { hotp, MfaError, otpauth, qr, recovery, secret, totp } from "edge-mfa";

const key = crypto.getRandomValues(new Uint8Array(32));
const account = { issuer: "ACME", account: "ann", secret: secret.generate() };
const uri = otpauth.build(account);
const set = recovery.generate({ key });

console.log(
  MfaError,
  secret.parse(account.secret),
  totp.generate(account),
  totp.verify("123456", account),
  hotp.generate({ ...account, counter: 0 }),
  hotp.verify("123456", { ...account, counter: 0 }),
  hotp.resync(["123456", "123456"], { ...account, counter: 0, lookAhead: 9 }),
  otpauth.parse(uri),
  otpauth.parseMigration(otpauth.buildMigration([account])),
  qr.svg(uri),
  qr.dataUri(uri),
  qr.png(uri),
  qr.text(uri),
  recovery.verify(set.codes[0], set.hashes, { key }),
);
