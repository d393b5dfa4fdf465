import { StreamError } from "./errors.js";
import type { EventPayloads } from "./events.generated.js";

/** The content of a stream_closing, which isn't a failure. */
export class Closing {
  readonly reason: string;
  readonly reconnect: boolean;
  readonly retryMs: number | undefined;

  constructor(payload: EventPayloads["stream_closing"]) {
    this.reason = payload.reason;
    this.reconnect = payload.reconnect;
    this.retryMs = typeof payload.retry_ms === "number" ? payload.retry_ms : undefined;
  }
}

/** The reason why a connection makes way for one with another ticket. */
export class Renewal {
  readonly ticket: string;

  constructor(ticket: string) {
    this.ticket = ticket;
  }
}

export function asStreamError(error: unknown): StreamError {
  return error instanceof StreamError ? error : new StreamError("ended", `The stream failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

export const silent = (ms: number) => new StreamError("silent", `Nothing came for ${seconds(ms)}, not even a heartbeat.`);

export const noTicket = (ms: number) => new StreamError("no_ticket", `getTicket hasn't answered for ${seconds(ms)}.`);

const authErrors: { readonly [reason: string]: string } = {
  auth_expired: "The ticket or token has expired, so the server ended the stream. With the option getTicket it goes on with a new one.",
  auth_revoked: "The server took back the key that let this stream in, and ended it.",
};

export const authErrorOf = ({ reason }: Closing): StreamError | undefined => {
  const words = Object.hasOwn(authErrors, reason) ? authErrors[reason] : undefined;
  return words === undefined ? undefined : new StreamError("refused", words);
};

export const unanswered = (ms: number) =>
  new StreamError(
    "unreachable",
    `The server hasn't answered for ${seconds(ms)}.${
      typeof window === "object" ? " A browser opens at most six connections to a host over HTTP/1.1; other tabs may hold them all." : ""
    }`,
  );

const seconds = (ms: number) => `${ms / 1000} s`;
