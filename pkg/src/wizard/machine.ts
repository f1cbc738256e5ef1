// A pure function with somebody who runs its effects: a store for whatever shows it.

/** It is a store of Svelte's as it is, and what `useSyncExternalStore` of React takes. */
export interface Machine<State, Event> {
  readonly state: State;
  /** Calls the listener now and after every change, until what it answers is called. */
  subscribe(listener: (state: State) => void): () => void;
  /** `at` is the time, which is added. */
  send(event: Event): void;
  /** Ends its timers and what still runs. */
  stop(): void;
}

/** The event without its time: also of a union. */
export type Untimed<Event> = Event extends unknown ? Omit<Event, "at"> : never;

export interface Clock {
  now(): number;
  /** Calls back after so many milliseconds; answers what ends it. */
  later(call: () => void, milliseconds: number): () => void;
}

export const clock: Clock = {
  now: () => Date.now(),
  later(call, milliseconds) {
    // Browsers take no more than 31 bits.
    const timer = setTimeout(call, Math.min(milliseconds, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

export function machine<State, Event extends { type: string; at: number }, Effect extends { type: string }>(
  reducer: (state: State, event: Event) => { state: State; effects: readonly Effect[] },
  start: State,
  { now, later }: Clock,
  run: (effect: Effect, send: (event: Untimed<Event>) => void) => void,
): Machine<State, Untimed<Event>> {
  let state = start;
  let isStopped = false;
  const listeners = new Set<(state: State) => void>();
  const timers = new Set<() => void>();
  const send = (event: Untimed<Event>) => {
    if (isStopped) return;
    const next = reducer(state, { ...event, at: now() } as unknown as Event);
    state = next.state;
    for (const listener of listeners) listener(state);
    for (const effect of next.effects) {
      if (effect.type !== "wake") run(effect, send);
      else wake((effect as unknown as { at: number }).at);
    }
  };
  const wake = (at: number) => {
    const end = later(
      () => {
        timers.delete(end);
        send({ type: "ticked" } as unknown as Untimed<Event>);
      },
      Math.max(0, at - now()),
    );
    timers.add(end);
  };
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(state);
      return () => listeners.delete(listener);
    },
    send,
    stop() {
      isStopped = true;
      for (const end of timers) end();
      listeners.clear();
    },
  };
}
