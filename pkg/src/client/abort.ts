// Waiting that ends with a signal.

/** What the promise becomes, or the signal's reason if it aborts first. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** A signal that aborts with either: that of the caller, which may be none, or one's own. */
export function either(signal: AbortSignal | undefined, own: AbortController): AbortSignal {
  if (!signal) return own.signal;
  // Vercel's edge runtime has no `any`.
  if ("any" in AbortSignal) return AbortSignal.any([signal, own.signal]);
  const follow = () => own.abort((signal as AbortSignal).reason);
  if ((signal as AbortSignal).aborted) follow();
  (signal as AbortSignal).addEventListener("abort", follow, { once: true });
  return own.signal;
}

/** Waits with a timer, and no longer than the signal lets it. */
export function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
