/** QR codes (ISO/IEC 18004) as SVG, PNG or terminal text. */
import { bytes, text as toText } from "./call.js";
import { QR_DATA_URI, QR_PNG, QR_SVG, QR_TEXT } from "./operation.js";

/** Error correction: how much of the symbol may be damaged: 7, 15, 25 or 30 %. */
export type Level = "L" | "M" | "Q" | "H";

export interface QrOptions {
  /** Default `M`. */
  level?: Level | undefined;
  /** Width and height in pixels, 21 to 10,000 (PNG: 4,000); default 300. */
  size?: number | undefined;
  /** Quiet zone in modules; default 4, which scanners need. */
  margin?: number | undefined;
  /** `#rgb` or `#rrggbb`; default black. */
  dark?: string | undefined;
  /** `#rgb` or `#rrggbb`, much lighter than `dark`; default white. It is a plate: the code stays readable on a dark page. */
  light?: string | undefined;
}

export interface QrLabelOptions extends QrOptions {
  /** What a screen reader says; default "QR code". */
  title?: string | undefined;
  /** A longer explanation for a screen reader. */
  description?: string | undefined;
}

/**
 * A QR code as an `<svg>` element: one path on a plate, crisp at any size. Labels and colours cannot inject anything.
 *
 * @throws {@link MfaError} with a `qr_…` code.
 * @example
 * ```js
 * import { qr } from "edge-mfa";
 *
 * const svg = qr.svg("otpauth://totp/ACME:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", { title: "Scan me" });
 * assert.match(svg, /^<svg [^>]*width="300"/);
 * ```
 */
export function svg(text: string, options?: QrLabelOptions): string {
  return toText(QR_SVG, settings(text, options));
}

/**
 * The same SVG as a `data:` URI, for `<img src>` and CSS.
 *
 * @throws {@link MfaError} with a `qr_…` code.
 * @example
 * ```js
 * import { qr } from "edge-mfa";
 *
 * assert.match(qr.dataUri("HELLO"), /^data:image\/svg\+xml,/);
 * ```
 */
export function dataUri(text: string, options?: QrLabelOptions): string {
  return toText(QR_DATA_URI, settings(text, options));
}

/**
 * A QR code as a PNG file of exactly `size` × `size` pixels, for e-mails and documents.
 *
 * @throws {@link MfaError} with a `qr_…` code; `qr_size` also where a module would be less than a pixel.
 * @example
 * ```js
 * import { qr } from "edge-mfa";
 *
 * assert.deepEqual([...qr.png("HELLO").subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
 * ```
 */
export function png(text: string, options?: QrOptions): Uint8Array<ArrayBuffer> {
  return bytes(QR_PNG, settings(text, options));
}

/**
 * A QR code of half blocks, for a terminal with light text on a dark ground.
 *
 * @throws {@link MfaError} with a `qr_…` code.
 * @example
 * ```js
 * import { qr } from "edge-mfa";
 *
 * assert.match(qr.text("HELLO"), /▀/);
 * ```
 */
export function text(text: string, options?: Pick<QrOptions, "level" | "margin">): string {
  return toText(QR_TEXT, settings(text, options));
}

function settings(text: string, options: QrLabelOptions | undefined): unknown[] {
  const { level = "M", margin = 4, size = 300, dark = "#000", light = "#fff", title, description } = Object(options);
  return [text, level, margin, size, dark, light, title, description];
}
