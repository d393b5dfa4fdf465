// @vitest-environment jsdom
import "./support/dom.js";
import { act, render } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createEventStream, initialMessages, reduceMessages, type AgentEvent } from "../src/index.js";
import { AgentTimeline } from "../src/components/index.js";
import { EventStore, useAgentEvents, useFiltered, useReduced, type EventStoreOptions } from "../src/react/index.js";
import { numbers, upTo } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { fakeServer, frame, started, stream } from "./support/fake-server.js";

const delta = (offset: number) => frame("agent_message_delta", { message_id: "m", delta: "x" }, `7-${offset}`);
const deltas = (count: number, first = 1) => Array.from({ length: count }, (_, i) => delta(first + i)).join("");
const count = (state: number): number => state + 1;

/** Events that come all in one piece, so that no list between two batches is drawn. */
function atOnce(text: string): typeof fetch {
  return async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(text)) });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
}

function Text({ id = "s", ...options }: EventStoreOptions & { readonly id?: string; readonly children?: ReactNode }): ReactNode {
  const { events, stats } = useAgentEvents(id, options);
  const { messages } = useReduced(reduceMessages, initialMessages, events);
  const counted = useReduced(count, 0, events);
  return `${stats.total} ${counted} ${messages.map((message) => message.text.length).join()}`;
}

const isEven = (event: AgentEvent) => Number(event.id?.split("-")[1]) % 2 === 0;

function Filtered(options: EventStoreOptions): ReactNode {
  const { events, stats } = useAgentEvents("s", options);
  return `${stats.total} ${useReduced(count, 0, useFiltered(events, isEven))}`;
}

describe("a list that a page derives", () => {
  it.each([[50], [1]])("by useFiltered is reduced whole, though %i events are held", async (maxEvents) => {
    const view = render(<StrictMode><Filtered maxEvents={maxEvents} baseUrl="http://host" fetch={atOnce(started("7-0") + deltas(1000))} /></StrictMode>);
    await eventually(() => expect(view.container.textContent).toBe("1000 500"));
  });

  it("by useFiltered begins again with another filter", () => {
    const events = [1, 2, 3, 4].map((n) => ({ id: `7-${n}` }) as unknown as AgentEvent);
    const View = ({ isWanted }: { readonly isWanted: (event: AgentEvent) => boolean }) => String(useReduced(count, 0, useFiltered(events, isWanted)));
    const view = render(<View isWanted={isEven} />);
    expect(view.container.textContent).toBe("2");
    view.rerender(<View isWanted={() => true} />);
    expect(view.container.textContent).toBe("4");
  });

  it("in another way is told of once, when it has lost events", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const lists = [[1, 2], [3, 4], [5, 6]].map((numbers) => numbers.map((n) => ({ session_id: "s", timestamp: `2026-11-21T00:00:0${n}.000Z` }) as unknown as AgentEvent));
    const View = ({ at }: { readonly at: number }) => String(useReduced(count, 0, lists[at] ?? []));
    const view = render(<View at={0} />);
    for (const at of [1, 2]) view.rerender(<View at={at} />);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("useFiltered(events, isWanted)")]]);
    warn.mockRestore();
  });
});

describe("a reducer sees every event once", () => {
  it.each([
    ["few events are held", 1000, { maxEvents: 50 }],
    ["one event is held", 100, { maxEvents: 1 }],
    ["the tab is hidden, and no frame is drawn", 10_000, {}],
    ["far more come at once than are held", 20_000, { maxEvents: 3 }],
  ])("when %s", async (_, total, options) => {
    const view = render(<StrictMode><Text {...options} baseUrl="http://host" fetch={atOnce(started("7-0") + deltas(total))} /></StrictMode>);
    await eventually(() => expect(view.container.textContent).toBe(`${total} ${total} ${total}`));
  });

  it("when more events are given at first than are held", async () => {
    const initialEvents = Array.from({ length: 120 }, (_, i) => ({ ...(JSON.parse(delta(i + 1).split("data: ")[1] as string) as object), id: `7-${i + 1}` }) as unknown as AgentEvent);
    const fetch = atOnce(started("7-120", "full") + deltas(80, 121));
    const view = render(<Text maxEvents={10} initialEvents={initialEvents} lastEventId="7-120" baseUrl="http://host" fetch={fetch} />);
    await eventually(() => expect(view.container.textContent).toBe("200 200 200"));
  });

  it("when a list that was drawn is never shown, and the one before it is drawn again", async () => {
    const lists: (readonly AgentEvent[])[] = [];
    const store = new EventStore({ sessionId: "s" }, () => ({ baseUrl: "http://host", maxEvents: 2, fetch: atOnce(started("7-0") + deltas(6)) }));
    lists.push(store.getSnapshot().events);
    onTestFinished(store.subscribe(() => lists.push(store.getSnapshot().events)));
    await eventually(() => expect(store.getSnapshot().stats.total).toBe(6));
    const Length = ({ at }: { readonly at: number }) => useReduced(count, 0, lists.at(at) ?? []);
    const view = render(<Length at={0} />);
    const shown = [0, -2, 0, -1, -2, -1].map((at) => {
      view.rerender(<Length at={at} />);
      return Number(view.container.textContent);
    });
    expect(shown).toEqual([0, 5, 0, 6, 5, 6]);
  });

  it("when a page shows a list that it derives, though all that it held has gone", async () => {
    const chunks: ReadableStreamDefaultController<Uint8Array>[] = [];
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void chunks.push(controller) });
    const send = (text: string) => chunks[0]?.enqueue(new TextEncoder().encode(text));
    const fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
    function Derived() {
      const { events } = useAgentEvents("s", { baseUrl: "http://host", fetch, maxEvents: 20 });
      return useReduced(count, 0, events.filter(({ type }) => type !== "heartbeat"));
    }
    const view = render(<Derived />);
    send(started("7-0"));
    // Faster than any timer, as in a hidden tab.
    for (let sent = 0; sent < 100; sent += 5) {
      send(deltas(5, sent + 1));
      await new Promise(setImmediate);
    }
    await eventually(() => expect(view.container.textContent).toBe("100"));
  });

  it("and begins anew after clear, for another session and for another reducer", async () => {
    const { url } = await fakeServer(stream(started("7-0") + deltas(5)));
    let clear = () => {};
    const double = (state: number) => state + 2;
    function View({ id, reduce }: { readonly id: string; readonly reduce: typeof count }) {
      const result = useAgentEvents(id, { baseUrl: url, maxEvents: 3 });
      clear = result.clear;
      return useReduced(reduce, 0, result.events);
    }
    const view = render(<View id="a" reduce={count} />);
    await eventually(() => expect(view.container.textContent).toBe("5"));
    view.rerender(<View id="a" reduce={double} />);
    expect(view.container.textContent).toBe("6");
    act(clear);
    expect(view.container.textContent).toBe("0");
    view.rerender(<View id="b" reduce={count} />);
    await eventually(() => expect(view.container.textContent).toBe("5"));
  });

  it("so a timeline shows the whole text", async () => {
    function View() {
      const { events } = useAgentEvents("s", { baseUrl: "http://host", maxEvents: 50, fetch: atOnce(started("7-0") + deltas(1000)) });
      return <AgentTimeline events={events} />;
    }
    const view = render(<View />);
    await eventually(() => expect(view.container.querySelector(".es-text")?.textContent).toBe("x".repeat(1000)));
  });
});

describe("a store without listeners", () => {
  it("comes back behind what it has shown, not behind what it has received", async () => {
    const note = (offset: number) => frame("note", { n: offset - 1 }, `7-${offset}`);
    const { url, requests } = await fakeServer(
      (response, request) => {
        stream(started("7-0") + note(1) + note(2))(response, request);
        send = () => void response.write(note(3) + note(4));
      },
      stream(started("7-2", "full") + note(3) + note(4) + note(5)),
    );
    let send = () => {};
    const told: AgentEvent[] = [];
    const store = new EventStore({ sessionId: "s" }, () => ({ baseUrl: url }), (events) => told.push(...events));
    let unsubscribe = store.subscribe(() => {});
    await eventually(() => expect(store.getSnapshot()).toMatchObject({ lastEventId: "7-2" }));

    // It reads the same connection, so it has each event in the same turn as the store.
    const other = createEventStream({ baseUrl: url, sessionId: "s", lastEventId: "7-2" });
    await new Promise<void>((resolve) => {
      other.onEvent((event) => {
        if (event.id !== "7-4") return;
        unsubscribe();
        other.close();
        resolve();
      });
      send();
    });
    expect(store.getSnapshot()).toMatchObject({ lastEventId: "7-2", state: "connecting" });
    unsubscribe = store.subscribe(() => {});
    await eventually(() => expect(numbers(store.getSnapshot().events)).toEqual(upTo(5)));
    unsubscribe();
    expect(numbers(told)).toEqual(upTo(5));
    expect(requests.map((request) => new URL(request.url as string, url).searchParams.get("last_event_id"))).toEqual([null, "7-2"]);
  });

  it("doesn't bring back what was cleared", async () => {
    let send = () => {};
    const { url } = await fakeServer((response, request) => {
      stream(started("7-0") + deltas(2))(response, request);
      send = () => void response.write(delta(3));
    });
    const store = new EventStore({ sessionId: "s" }, () => ({ baseUrl: url }));
    const unsubscribe = store.subscribe(() => {});
    const other = createEventStream({ baseUrl: url, sessionId: "s", from: "earliest" });
    await new Promise<void>((resolve) => {
      other.onEvent((event) => {
        if (event.id !== "7-2") return;
        store.clear();
        unsubscribe();
        other.close();
        resolve();
      });
    });
    onTestFinished(store.subscribe(() => {}));
    send();
    await eventually(() => expect(store.getSnapshot().events.map(({ id }) => id)).toEqual(["7-3"]));
  });

  it("tells the other listeners when one throws", async () => {
    const reported = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => reported.mockRestore());
    const { url } = await fakeServer(stream(started("7-0") + deltas(1)));
    const store = new EventStore({ sessionId: "s" }, () => ({ baseUrl: url }));
    onTestFinished(store.subscribe(() => { throw new Error("mine"); }));
    const other = vi.fn();
    onTestFinished(store.subscribe(other));
    await eventually(() => expect(store.getSnapshot().events).toHaveLength(1));
    expect(other).toHaveBeenCalled();
  });
});
