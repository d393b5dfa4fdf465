import type { AgentEvent } from "../../src/index.js";
import { timeOf } from "../../src/time.js";

/** One second of a stream. */
export interface Second {
  readonly count: number;
  /** Ms between an event's timestamp and its arrival here; undefined when none came. */
  readonly medianMs: number | undefined;
}

const held = 60;
// Enough for a median, however many come.
const maxSamples = 500;

/** How many events come a second, and how old they are on arrival. Events that a connection repeats from the log don't count. */
export class Meter {
  readonly #seconds = new Map<number, { count: number; readonly ages: number[] }>();
  #replays = 0;

  record(event: AgentEvent, now = Date.now()): void {
    if (event.type === "session_stream_started") {
      const { replayed } = event.payload as { readonly replayed?: unknown };
      this.#replays = typeof replayed === "number" ? replayed : 0;
      return;
    }
    if (event.id === undefined || event.type === "stream_gap") return;
    if (this.#replays > 0) {
      this.#replays--;
      return;
    }
    const at = Math.floor(now / 1000);
    let second = this.#seconds.get(at);
    if (second === undefined) {
      this.#seconds.set(at, (second = { count: 0, ages: [] }));
      for (const old of this.#seconds.keys()) if (old <= at - held) this.#seconds.delete(old);
    }
    second.count++;
    const told = timeOf(event.timestamp);
    // The clocks of two machines are never quite the same.
    if (told !== undefined && second.ages.length < maxSamples) second.ages.push(Math.max(0, now - told));
  }

  /** The last minute, oldest first; without the second that is under way. */
  read(now = Date.now()): readonly Second[] {
    const last = Math.floor(now / 1000) - 1;
    return Array.from({ length: held }, (_, i) => {
      const second = this.#seconds.get(last - held + 1 + i);
      return { count: second?.count ?? 0, medianMs: second === undefined ? undefined : median(second.ages) };
    });
  }
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
