// An authenticator in software, and the browser in front of it: ES256, attestation `none`, or `packed` by the passkey's own
// key or by one with certificates. What a test changes it changes before it is signed.

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

export const RP = { rpId: "localhost", origins: ["http://localhost:8080"] };

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/**
 * @typedef {{ privateKey: import("node:crypto").KeyObject, path: Buffer[] }} Maker its certificate first
 * @param {{ origin?: string, flags?: number, aaguid?: string, attachment?: string, format?: "none" | "packed", maker?: Maker }} [given]
 */
export function authenticator(given = {}) {
  const {
    origin = RP.origins[0],
    aaguid = "00".repeat(16),
    attachment = "platform",
    transports = ["internal"],
    maker,
    format = maker ? "packed" : "none",
  } = given;
  const id = randomBytes(32);
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const key = { x: Buffer.from(x, "base64url"), y: Buffer.from(y, "base64url") };
  const own = { count: 0, userHandle: undefined, flags: given.flags ?? FLAGS.UP | FLAGS.UV };

  const clientData = (type, challenge, also) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...also }));
  const signed = (data, client, key = privateKey) => sign("sha256", Buffer.concat([data, sha256(client)]), key);
  const authenticatorData = (rpId, flags, rest = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(own.count);
    return Buffer.concat([sha256(rpId), Buffer.of(flags), count, rest]);
  };

  return {
    id: base64url(id),
    own,
    /** @param {object} options `publicKey` of the registration options */
    create(options, also = {}) {
      own.userHandle = options.user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.from(aaguid, "hex"), length, id, coseKey(key)]);
      const data = authenticatorData(options.rp.id, own.flags | FLAGS.AT, attested);
      const client = clientData("webauthn.create", options.challenge, also.clientData);
      const statement =
        format === "packed" ? packed(signed(data, client, maker?.privateKey), maker?.path) : Buffer.of(0xa0);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: "public-key",
        authenticatorAttachment: attachment,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          attestationObject: base64url(attestationObject(format, statement, data)),
          transports,
        },
      };
    },
    /** @param {object} options `publicKey` of the authentication options */
    get(options, also = {}) {
      own.count++;
      const client = clientData("webauthn.get", options.challenge, also.clientData);
      const data = authenticatorData(also.rpId ?? options.rpId, also.flags ?? own.flags);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: "public-key",
        authenticatorAttachment: attachment,
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signed(data, client)),
          userHandle: also.userHandle ?? own.userHandle,
        },
      };
    },
  };
}

/** Web Authentication, section 6.1. */
export const FLAGS = { UP: 1, UV: 4, BE: 8, BS: 16, AT: 64, ED: 128 };

/** CBOR: `{ 1: 2, 3: -7, -1: 1, -2: x, -3: y }`. */
function coseKey({ x, y }) {
  const bytes = (value) => Buffer.concat([Buffer.of(0x58, value.length), value]);
  return Buffer.concat([Buffer.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21), bytes(x), Buffer.of(0x22), bytes(y)]);
}

/** CBOR: `{ fmt, attStmt, authData }`. */
function attestationObject(format, statement, data) {
  const size = data.length < 256 ? Buffer.of(0x58, data.length) : Buffer.of(0x59, data.length >> 8, data.length & 0xff);
  const parts = [text("fmt"), text(format), text("attStmt"), statement, text("authData"), size, data];
  return Buffer.concat([Buffer.of(0xa3), ...parts]);
}

/** CBOR: `{ alg: -7, sig, x5c }`, the last where there are certificates (Web Authentication, section 8.2). */
function packed(signature, path = []) {
  const certificates = path.flatMap((der) => [Buffer.of(0x59, der.length >> 8, der.length & 0xff), der]);
  return Buffer.concat([
    Buffer.of(path.length === 0 ? 0xa2 : 0xa3),
    text("alg"),
    Buffer.of(0x26),
    text("sig"),
    Buffer.of(0x58, signature.length),
    signature,
    ...(path.length === 0 ? [] : [text("x5c"), Buffer.of(0x80 + path.length), ...certificates]),
  ]);
}

function text(value) {
  return Buffer.concat([Buffer.of(0x60 + value.length), Buffer.from(value)]);
}
