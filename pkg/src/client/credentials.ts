// The headers that say who asks, and what an answer gave for the next time.
import { type Answer, challengeOf } from "./challenge.js";
import { checkToken, isHeaderText, type Settings } from "./options.js";

/** What went along with a request. */
export interface Sent {
  headers: Headers;
  /** The access token, where it is ours and not one that the caller set. */
  token: string | undefined;
  session: string | undefined;
  /** How many tokens had been renewed when it was sent. */
  renewals: number;
}

export class Credentials {
  readonly #settings: Settings;
  readonly #key: string;
  #storage: Settings["storage"];
  #session: string | undefined;
  #device: string | undefined;
  #renewal: Renewal | undefined;
  #renewals = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#key = `edge-mfa:session:${settings.origin}`;
    this.#storage = settings.storage;
    this.#device = settings.device;
  }

  /** The headers of a request with ours. What the caller set is left alone. */
  async attach(own: Headers, code?: string, fresh?: string): Promise<Sent> {
    const headers = new Headers(own);
    const renewals = this.#renewals;
    const token = headers.has("Authorization") ? undefined : (fresh ?? (await this.#token()));
    const session = await this.session();
    const ours = {
      Authorization: token && `Bearer ${token}`,
      "X-Session-Token": session,
      "X-MFA-Token": code,
      "X-Device-Token": this.#device,
    };
    for (const [name, value] of Object.entries(ours)) if (value && !headers.has(name)) headers.set(name, value);
    return { headers, token, session, renewals };
  }

  /** Keeps the session that an answer opened, because a code was spent, or renewed. */
  async receive(answer: Answer, sent: Sent, isSpending: boolean): Promise<void> {
    const session = answer.response.headers.get("X-Session-Token");
    // One that was on its way when a newer session was opened must not replace it.
    const isCurrent = isSpending || sent.session === (await this.session());
    if (session && isCurrent) await this.#keep(session);
    else if (answer.problem?.code === "session_invalid" && isCurrent) await this.#keep(undefined);
  }

  /** Another token in place of the one that was refused. It is asked for once for all that were sent with that one. */
  async renew(answer: Answer, sent: Sent): Promise<string | undefined> {
    const { token } = this.#settings;
    const refused = sent.token;
    if (typeof token !== "function" || !refused || challengeOf(answer)?.error !== "invalid_token") return undefined;
    if (this.#renewal?.refused !== refused || sent.renewals === this.#renewals) {
      this.#renewals++;
      this.#renewal = { refused, token: this.#token(refused) };
    }
    const fresh = await this.#renewal.token;
    return fresh === refused ? undefined : fresh;
  }

  async session(): Promise<string | undefined> {
    if (!this.#storage) return this.#session;
    try {
      const kept = await this.#storage.getItem(this.#key);
      return isHeaderText(kept) ? kept : undefined;
    } catch {
      return this.#session;
    }
  }

  remember(device: string): void {
    this.#device = device;
  }

  async forget(): Promise<void> {
    await this.#keep(undefined);
  }

  async #keep(session: string | undefined): Promise<void> {
    this.#session = session;
    try {
      if (session) await this.#storage?.setItem(this.#key, session);
      else await this.#storage?.removeItem(this.#key);
    } catch {
      // A full or forbidden storage must not take an answer away from its request: memory does it from now on.
      this.#storage = undefined;
    }
  }

  async #token(refused?: string): Promise<string | undefined> {
    const { token } = this.#settings;
    const given = typeof token === "function" ? await token(refused) : token;
    if (given === undefined) return undefined;
    checkToken(given, "token");
    return given;
  }
}

interface Renewal {
  refused: string;
  token: Promise<string | undefined>;
}
