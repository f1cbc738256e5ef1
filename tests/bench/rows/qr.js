// A QR code as SVG, for a link of 110 characters.

import { otpauth, qr } from "edge-mfa";
import encodeQR from "qr";
import qrcode from "qrcode";
import { renderSVG } from "uqr";

const uri = otpauth
  .build({ issuer: "ACME Company", account: "alice@example.com", secret: "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ" })
  .replace(/&period.*/, "");
const text = uri.padEnd(110, "&image=https://example.com/logo.png").slice(0, 110);

export const qrCode = {
  "QR SVG, 110 characters": {
    answer: (svg) => svg.includes("<svg") && text.length === 110,
    own: () => qr.svg(text),
    peers: {
      qrcode: () => {
        let svg;
        qrcode.toString(text, { type: "svg", errorCorrectionLevel: "M", margin: 4 }, (_, result) => {
          svg = result;
        });
        return svg;
      },
      qr: () => encodeQR(text, "svg", { ecc: "medium", border: 4 }),
      uqr: () => renderSVG(text, { ecc: "M", border: 4 }),
    },
  },
};
