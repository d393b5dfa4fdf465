import { onTestFinished } from "vitest";
import { createEventStream, type AgentEvent, type EventStream, type StateChange, type StreamOptions, type StreamSource } from "../../src/index.js";
import { eventually } from "./eventually.js";

export interface Collected {
  readonly stream: EventStream;
  readonly events: AgentEvent[];
  readonly changes: StateChange[];
  /** Resolves once so many events have come, and gives them. */
  count(count: number): Promise<AgentEvent[]>;
  /** Resolves once the stream is in a state, and gives the change that led to it. */
  state(state: StateChange["state"]): Promise<StateChange>;
}

/** A stream that writes down what comes; closed after the test. */
export function collect(options: StreamSource & StreamOptions): Collected {
  const events: AgentEvent[] = [];
  const changes: StateChange[] = [];
  const stream = createEventStream({ retryMs: 20, ...options, onStateChange: (change) => changes.push(change) });
  stream.onEvent((event) => events.push(event));
  onTestFinished(() => stream.close());
  return {
    stream,
    events,
    changes,
    count: (count) =>
      eventually(() => {
        if (events.length < count) throw new Error(`${events.length} of ${count} events came: ${JSON.stringify(changes.at(-1))}`);
        return events;
      }),
    state: (state) =>
      eventually(() => {
        const change = changes.findLast((each) => each.state === state);
        if (change === undefined) throw new Error(`The stream was never ${state}: ${JSON.stringify(changes)}`);
        return change;
      }),
  };
}

export const numbers = (events: readonly AgentEvent[]): unknown[] => events.map((event) => (event.payload as { n?: unknown }).n);
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
