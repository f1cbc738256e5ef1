// Whoever gets the whole database sees account keys, times and ciphertext, and nothing else (ATTACKS.md C3).

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { totp } from "edge-mfa";
import { createMfa, keyring } from "edge-mfa/server";
import { engineOf } from "./support/engines.js";

test("c3: no byte of a secret, code, token, address or agent is in the file", async () => {
  let now = Date.UTC(2026, 10, 24);
  const keys = keyring.generate({ environment: "test", now: () => now });
  const { store, address, close } = await engineOf("better-sqlite3").open({ now: () => now });
  try {
    const mfa = createMfa({ issuer: "Distinctive Issuer", store, keys, now: () => now });
    const context = {
      address: "203.0.113.77",
      userAgent: "Distinctive/1.0",
      country: "CH",
      primary: "Bearer distinctive",
      remember: "Distinctive phone",
    };
    const { secret } = await mfa.enrol(
      "alice",
      { name: "Distinctive name", account: "distinctive@example.com" },
      context,
    );
    const code = totp.generate({ secret, time: now });
    const confirmed = await mfa.confirm("alice", code, context);
    now += 30_000;
    await mfa.verify("alice", totp.generate({ secret, time: now - 86_400_000 }), context);
    const { session } = await mfa.verify("alice", confirmed.recoveryCodes[0], context);
    await mfa.enrol("alice", {}, { ...context, session });

    const hidden = [
      ...[
        secret,
        code,
        session,
        confirmed.session,
        confirmed.device,
        keys.slice(-43),
        context.address,
        "\xcb\x00\x71\x4d",
      ],
      ...["istinctive", "Bearer", "otpauth", "recoveryCodeUsed", "verified", confirmed.sessionId],
      ...confirmed.recoveryCodes.flatMap((text) => [text, text.replaceAll("-", "")]),
    ];
    const raw = [decoded(secret), ...session.split(".").map((part) => Buffer.from(part, "base64url"))];
    const folder = dirname(address.path);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const dump = Buffer.concat(files);
    assert.ok(dump.includes("account:alice"), "what is looked for in is the database");
    for (const bytes of [...hidden.map((text) => Buffer.from(text, "latin1")), ...raw])
      assert.ok(!dump.includes(bytes), `${bytes} is in the file`);
  } finally {
    await close();
  }
});

/** Base32. */
function decoded(secret) {
  const bits = [...secret].map((symbol) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(symbol).toString(2).padStart(5, "0"),
  );
  return Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)
      .map((byte) => Number.parseInt(byte, 2)),
  );
}
