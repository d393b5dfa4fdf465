import { backoff, pause } from "./backoff.js";
import { StreamError } from "./errors.js";

/** Returns a ticket for the server, such as one that the page's own backend makes by `POST /tickets`. */
export type GetTicket = () => string | Promise<string>;

const firstRetryMs = 1_000;
const longestRetryMs = 10_000;

/**
 * Asks for a ticket. No error quotes what came: it may be a ticket with something around it.
 * @throws StreamError `no_ticket` when the function throws, `invalid_option` when it returns something else.
 */
export async function ticketFrom(getTicket: GetTicket): Promise<string> {
  let ticket: unknown;
  try {
    ticket = await getTicket();
  } catch (cause) {
    throw new StreamError("no_ticket", `getTicket failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (typeof ticket !== "string") throw new StreamError("invalid_option", `getTicket returned ${kindOf(ticket)}; it returns a text, the member ticket of the answer of POST /tickets.`);
  if (!/^[!-~]+$/.test(ticket)) throw new StreamError("invalid_option", `getTicket returned ${ticket === "" ? "an empty text" : "a text with blanks or other characters that no ticket has"}.`);
  return ticket;
}

const kindOf = (value: unknown): string => (value === null || value === undefined ? String(value) : typeof value === "object" ? "an object" : `a ${typeof value}`);

/**
 * Waits for the ticket after one that ends soon, and asks again while there is none.
 * @param waitMs How long not to ask at first.
 * @param leftMs How long the current one still counts.
 * @throws StreamError when the function returns no ticket; the signal's reason when it is aborted.
 */
export async function nextTicket(getTicket: GetTicket, current: string, waitMs: number, leftMs: number, signal: AbortSignal): Promise<string> {
  const endsAt = Date.now() + leftMs;
  for (let failures = 0; ; ) {
    await pause(waitMs, signal);
    try {
      const ticket = await ticketFrom(getTicket);
      if (ticket !== current) return ticket;
      // One that the page has kept; a connection with it would end just as soon.
      waitMs = Math.max(firstRetryMs, (endsAt - Date.now()) / 2);
    } catch (error) {
      if ((error as StreamError).isPermanent) throw error;
      waitMs = backoff(failures++, firstRetryMs, longestRetryMs);
    }
  }
}
