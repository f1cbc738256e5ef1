// The pages of a site with the wizard, in any runtime: under a Content-Security-Policy that allows scripts, connections and
// styles of its own files, WebAssembly, and nothing else. Beside them, the API that the service protects.

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; report-uri /csp";
const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wizard</title><link rel="icon" href="/icon"><link rel="stylesheet" href="/page.css"><main></main><script type="module" src="/page.js"></script></html>`;
const STYLE = `:root { color-scheme: light dark } :root.dark { color-scheme: dark; --edge-mfa-color-scheme: dark }
body { margin: 0; background: light-dark(#f4f5f8, #0d1015) } main { padding: 16px; display: grid; justify-content: center; grid-template-columns: minmax(0, 27rem) }`;
const DEMANDS = { "/api/balance": {}, "/api/transfer": { action: "transfer", resource: "Landlord", amount: "25 EUR" } };

const FILES = {
  "/": ["text/html", HTML],
  "/icon": ["image/svg+xml", ""],
  "/page.css": ["text/css", STYLE],
  "/csp": ["text/plain", ""],
};

/** @returns {Response | undefined} nothing where it is the service's or the API's to answer */
export function pageOf(pathname, script) {
  const [type, body] = pathname === "/page.js" ? ["text/javascript", script] : (FILES[pathname] ?? []);
  const headers = { "content-type": type, "content-security-policy": CSP };
  return type === undefined ? undefined : new Response(body, { headers });
}

/** What the service says, or the API that it protects. */
export async function answer(mfa, request, client) {
  const demand = DEMANDS[new URL(request.url).pathname];
  if (!demand) return mfa.fetch(request, client);
  const passed = await mfa.guard(request, demand, client);
  return passed instanceof Response ? passed : Response.json({}, { headers: passed.headers });
}
