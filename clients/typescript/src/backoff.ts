import { after } from "./timer.js";

/** The delay before the n-th try after failures, doubling and spread by half, so that a crowd doesn't come back at once. Never 0. */
export function backoff(failures: number, firstMs: number, longestMs: number, random = Math.random()): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.ceil(full * (0.5 + random / 2));
}

// A server that asks for no delay, or a short one, is asked again after this time at first.
const soonestMs = 250;
const longestAskedMs = 300_000;

/** The least that an application may choose, in ms: with less, a server that is away or fails at once would be asked hundreds of times a second. */
export const leastMs: { readonly [option: string]: number } = { retryMs: 10, maxRetryMs: soonestMs };

/** The delay that a server asks for, spread upwards by half, because all clients that it refuses may be asked for the same. It grows with each failure, whatever the server asks for. */
export function askedBackoff(askedMs: number, failures: number, firstMs: number, longestMs: number, random = Math.random()): number {
  const asked = Math.min(Math.max(askedMs, 0), longestAskedMs) * (1 + random / 2);
  return Math.ceil(Math.max(asked, backoff(failures, Math.min(firstMs, soonestMs), longestMs, random)));
}

/** Waits; sooner when the browser finds the network again. Rejects when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const page = typeof window === "object" && typeof window.addEventListener === "function" ? window : undefined;
    const settle = (act: () => void) => () => {
      callOff();
      signal.removeEventListener("abort", onAbort);
      page?.removeEventListener("online", onDone);
      act();
    };
    const onDone = settle(resolve);
    const onAbort = settle(() => reject(signal.reason as Error));
    const callOff = after(ms, onDone);
    signal.addEventListener("abort", onAbort);
    page?.addEventListener("online", onDone);
    if (signal.aborted) onAbort();
  });
}

/** Calls back once nothing was heard for a time. */
export class Watchdog {
  readonly #onSilence: () => void;
  #callOff: () => void = () => {};
  #limitMs = 0;
  #heardAt = 0;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  /** Starts the watchdog, or sets another limit. */
  start(limitMs: number): void {
    this.#limitMs = limitMs;
    this.heard();
    this.#arm(limitMs);
  }

  // Called for every piece of data, so it sets no timer.
  heard(): void {
    this.#heardAt = Date.now();
  }

  stop(): void {
    this.#callOff();
  }

  #arm(ms: number): void {
    this.#callOff();
    this.#callOff = after(ms, () => {
      // When the clock is set back, what was heard seems to lie in the future.
      this.#heardAt = Math.min(this.#heardAt, Date.now());
      const left = this.#heardAt + this.#limitMs - Date.now();
      if (left <= 0) this.#onSilence();
      else this.#arm(left);
    });
  }
}
