/** The delay before the n-th try after failures, doubling and spread by half, so that a crowd doesn't come back at once. */
export function backoff(failures: number, firstMs: number, longestMs: number, random = Math.random()): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(full * (0.5 + random / 2));
}

/** Waits; sooner when the browser finds the network again. Rejects when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const page = typeof window === "object" && typeof window.addEventListener === "function" ? window : undefined;
    const settle = (act: () => void) => () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      page?.removeEventListener("online", onDone);
      act();
    };
    const onDone = settle(resolve);
    const onAbort = settle(() => reject(signal.reason as Error));
    const timer = setTimeout(onDone, ms);
    signal.addEventListener("abort", onAbort);
    page?.addEventListener("online", onDone);
    if (signal.aborted) onAbort();
  });
}

/** Calls back once nothing was heard for a time. */
export class Watchdog {
  readonly #onSilence: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    clearTimeout(this.#timer);
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const left = this.#heardAt + this.#limitMs - Date.now();
      if (left <= 0) this.#onSilence();
      else this.#arm(left);
    }, ms);
  }
}
