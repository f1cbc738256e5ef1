// What the page and the demo's own part of the Worker say to each other. What the service says is in its OpenAPI document.

/** What the stand-in for a login answers. */
export interface Login {
  token: string;
  person: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** In euros. */
export interface Balance {
  balance: number;
}

export interface Transfer {
  to: string;
  /** Whole euros. */
  amount: number;
}

/** What an operator may see of the service. */
export interface ServiceView {
  keys: { id: string; createdAt: number; newest: boolean }[];
  policy: Record<string, unknown>;
  weaknesses: readonly { setting: string; why: string }[];
}
