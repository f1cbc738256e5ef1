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
