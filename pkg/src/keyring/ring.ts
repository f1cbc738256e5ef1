// What a service holds of its keys. The key material is not in the object, so that nothing prints it.
import { core } from "../core.js";

/**
 * The keys of a service, as `keyring.parse` and `keyring.unwrap` answer them: for `createMfa`, and harmless in a log, as
 * JSON, and where it is cloned.
 */
export class KeyRing {
  /** Real accounts, or development and tests: neither opens what the other sealed. */
  readonly environment: "live" | "test";
  /** Newest first: that one seals and signs, all of them open and verify. */
  readonly keys: readonly KeyInfo[];
  /** Nothing else passes for one. */
  declare private readonly made: never;

  /** The text of an environment variable that is not set is an empty ring, which is refused. */
  constructor(text: string | undefined) {
    const { environment, keys } = core.keyringParse(text ?? "");
    this.environment = environment;
    this.keys = keys.map(({ id, created }) => ({ id, createdAt: created }));
    texts.set(this, text as string);
    Object.freeze(this);
  }

  get [Symbol.toStringTag](): string {
    return "KeyRing";
  }
}

/** What may be told about a key. */
export interface KeyInfo {
  /** Its name, in every record that it sealed. */
  readonly id: string;
  /** The beginning of the day (UTC) that it was made on, in milliseconds since 1970. */
  readonly createdAt: number;
}

/** The text of a ring, which is a secret. The core refuses whatever is neither. */
export function textOf(keys: KeyRing | string | undefined): string {
  return texts.get(keys as KeyRing) ?? (keys as string) ?? "";
}

const texts = new WeakMap<KeyRing, string>();
