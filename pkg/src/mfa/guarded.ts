// A store that is believed nothing: what fails, takes too long or answers nonsense is `store_unavailable`.
import { MfaError } from "../error.js";
import type { Store, StoredRecord } from "../store/store.js";

export function guarded(store: Store, timeout: number): Store {
  const call = async <T>(work: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> => {
    let answer: T;
    try {
      answer = await answered(work(), timeout);
    } catch (cause) {
      if (cause instanceof MfaError) throw cause;
      throw unavailable(cause);
    }
    // An answer of another shape must not pass for "no such account", nor for "written".
    if (isRight(answer)) return answer;
    throw unavailable(new TypeError("the store answered something else than its contract says"));
  };
  return {
    load: async (key) => (await call(() => store.load(key), isRecord)) ?? undefined,
    commit: (...given) => call(() => store.commit(...given), isBoolean),
    due: (...given) => call(() => store.due(...given), Array.isArray),
    settle: (...given) => call(() => store.settle(...given), isAnything),
    events: (...given) => call(() => store.events(...given), Array.isArray),
    keys: (...given) => call(() => store.keys(...given), Array.isArray),
    remove: (...given) => call(() => store.remove(...given), isAnything),
  };
}

/** What a promise answers within so many milliseconds; after that it rejects. */
export async function answered<T>(promise: Promise<T>, most: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${most} ms`)), most);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the last write landed is not known: it is for the caller to ask again. */
function unavailable(cause: unknown): MfaError {
  return new MfaError("store_unavailable", "store unavailable: it failed or did not answer", { cause });
}

function isRecord(answer: StoredRecord | undefined): boolean {
  if (answer === undefined || answer === null) return true;
  return Number.isSafeInteger(answer.revision) && ArrayBuffer.isView(answer.body);
}

const isBoolean = (answer: boolean) => typeof answer === "boolean";
const isAnything = () => true;
