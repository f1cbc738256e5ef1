// X.509 certificates, signed on the spot (RFC 5280): of authorities, and of authenticators as Web Authentication, section
// 8.2.1, wants them.

import { generateKeyPairSync, sign } from "node:crypto";

/** @param {string} name of whom the key and its certificates are; its own authority, unless somebody issues it */
export function holder(name) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own = { name: nameOf(name), publicKey, privateKey };
  return {
    ...own,
    /** A certificate of this key, in DER. */
    certificate: (issuer = own, { authority = false } = {}) => certificate(own, issuer, authority),
  };
}

function certificate({ name, publicKey }, issuer, authority) {
  const constraints = sequence(authority ? Buffer.of(1, 1, 0xff) : Buffer.of());
  // Critical, as are all that a reader must not pass over: 2.5.29.19.
  const extension = sequence(Buffer.of(6, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff), der(0x04, constraints));
  const content = sequence(
    der(0xa0, Buffer.of(2, 1, 2)),
    Buffer.of(2, 1, 7),
    ECDSA_SHA256,
    issuer.name,
    sequence(time("20240101000000Z"), time("20491231235959Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension)),
  );
  return sequence(content, ECDSA_SHA256, bits(sign("sha256", content, issuer.privateKey)));
}

/** Country, organisation, unit and common name. */
function nameOf(text) {
  const attributes = [
    [6, 0x13, "CH"],
    [10, 0x0c, "Maker"],
    [11, 0x0c, "Authenticator Attestation"],
    [3, 0x0c, text],
  ];
  const member = ([kind, tag, value]) =>
    der(0x31, sequence(Buffer.of(6, 3, 0x55, 4, kind), der(tag, Buffer.from(value))));
  return sequence(...attributes.map(member));
}

const time = (text) => der(0x17, Buffer.from(text.slice(2)));
const bits = (bytes) => der(0x03, Buffer.concat([Buffer.of(0), bytes]));
const sequence = (...parts) => der(0x30, Buffer.concat(parts));

function der(tag, content) {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

/** 1.2.840.10045.4.3.2. */
const ECDSA_SHA256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"));
