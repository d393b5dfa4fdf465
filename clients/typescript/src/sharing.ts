import { Connection, type Subscriber } from "./connection.js";
import type { ConnectionOptions } from "./options.js";
import { streamUrl, type Start } from "./url.js";
import type { StreamSource } from "./options.js";

// One group for each URL. A page has a handful of streams, and a group mostly one connection.
const groups = new Map<string, Set<Connection>>();
const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** The same number for the same function. */
function identityOf(value: object | undefined): number {
  if (value === undefined) return 0;
  const known = identities.get(value);
  if (known !== undefined) return known;
  identities.set(value, ++lastIdentity);
  return lastIdentity;
}

/** Two subscribers share a connection when this is equal. Time-outs aren't part of it: those of the first subscriber apply. */
function keyOf(url: string, options: ConnectionOptions): string {
  const { headers, transport = "fetch", credentials = "", eventTypes = [] } = options;
  const sent = typeof headers === "function" ? identityOf(headers) : [...new Headers(headers)];
  return JSON.stringify([url, transport, credentials, sent, eventTypes, identityOf(options.fetch), identityOf(options.EventSource), identityOf(options.getTicket)]);
}

/**
 * Lets a subscriber read a stream from a position: over a connection that is at this position if there is one, else over a new one.
 * When two connections of a stream reach the same position, the subscribers of the younger one move to the older one.
 */
export function join(source: StreamSource, start: Start, options: ConnectionOptions, subscriber: Subscriber): Connection {
  const url = streamUrl(source, options);
  const key = options.share === false ? undefined : keyOf(url, options);
  const group = (key === undefined ? undefined : groups.get(key)) ?? new Set<Connection>();
  const shared = [...group].find((connection) => !connection.isOver && isAt(connection, start));
  const connection = shared ?? new Connection(url, start, options, (moved) => mergeAt(moved, group));
  connection.subscribers.add(subscriber);
  subscriber.connection = connection;
  if (shared !== undefined) return connection;

  group.add(connection);
  if (key !== undefined) groups.set(key, group);
  void connection.run().finally(() => {
    group.delete(connection);
    if (key !== undefined && group.size === 0 && groups.get(key) === group) groups.delete(key);
  });
  return connection;
}

/** Removes a subscriber from its connection. The connection closes when its last subscriber leaves. */
export function leave(subscriber: Subscriber): void {
  const connection = subscriber.connection;
  if (connection === undefined) return;
  subscriber.connection = undefined;
  connection.subscribers.delete(subscriber);
  if (connection.subscribers.size > 0) return;
  // React's StrictMode unsubscribes and subscribes again at once.
  setTimeout(() => {
    if (connection.subscribers.size === 0) connection.close();
  }, 0);
}

function isAt(connection: Connection, start: Start): boolean {
  if ("after" in start) return connection.position === start.after;
  const isSame = "from" in connection.start && connection.start.from === start.from;
  // A live stream can be joined at any time; one from the earliest event only before its first frame.
  return isSame && (start.from === "live" || connection.position === undefined);
}

function mergeAt(moved: Connection, group: Set<Connection>): void {
  if (group.size < 2 || moved.change.state !== "open") return;
  const [first, ...others] = [...group].filter((connection) => connection.change.state === "open" && connection.position === moved.position);
  if (first === undefined) return;
  for (const other of others) {
    for (const subscriber of other.subscribers) {
      subscriber.connection = first;
      first.subscribers.add(subscriber);
    }
    other.subscribers.clear();
    other.close();
  }
}
