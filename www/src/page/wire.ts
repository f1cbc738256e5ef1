// What went over the wire: the last requests with their three headers, and how they were answered.

import { find, make, pair } from "./tools.js";

/** `fetch`, and a note of it in the panel. */
export const recorded: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const headers = new Headers(request.headers);
  const response = await fetch(request);
  note(request, headers, response, await told(request, response));
  return response;
};

const list = find("wire");
const SHOWN = 6;

/** The body, if it is a problem or the bank's. Those of the service can hold a secret. */
async function told(request: Request, response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json") && !new URL(request.url).pathname.startsWith("/api/"))
    return undefined;
  return response.clone().json();
}

function note({ method, url }: Request, sent: Headers, response: Response, told: unknown) {
  const { status, headers } = response;
  const { code } = Object(told) as { code?: string };
  const title = make(
    "summary",
    {},
    make("span", { class: "method" }, method),
    " ",
    make("code", {}, new URL(url).pathname),
    " ",
    make("b", { class: status < 400 ? "yes" : "no" }, String(status)),
  );
  if (code) title.append(make("small", {}, code));
  const received = ANSWERED.flatMap((name) => header(name, headers.get(name)));
  const entry = make(
    "details",
    {},
    title,
    make("dl", {}, ...SENT.flatMap((name) => header(name, sent.get(name), "none"))),
  );
  if (received.length > 0 || told) entry.append(make("p", {}, "Answer"));
  if (received.length > 0) entry.append(make("dl", {}, ...received));
  if (told) entry.append(make("pre", { tabindex: "0" }, JSON.stringify(told, undefined, 2)));
  for (const older of list.querySelectorAll("details")) older.open = false;
  (entry as HTMLDetailsElement).open = true;
  list.prepend(make("li", {}, entry));
  while (list.children.length > SHOWN) list.lastChild?.remove();
}

function header(name: string, value: string | null, absent?: string): HTMLElement[] {
  if (value === null) return absent === undefined ? [] : pair(name, absent);
  return pair(name, SECRET[name]?.(value) ?? value);
}

const SENT = ["Authorization", "X-Session-Token", "X-MFA-Token"];
const ANSWERED = ["X-Session-Token", "WWW-Authenticate", "Retry-After"];

const cut = (value: string) => `${value.slice(0, 16)}…${value.slice(-4)}`;
const SECRET: Record<string, (value: string) => string> = {
  Authorization: cut,
  "X-Session-Token": cut,
  // A code of the app is spent by now, or was none; a recovery code may still be good.
  "X-MFA-Token": (value) => (value.length > 12 ? `…${value.slice(-4)}` : value),
};
