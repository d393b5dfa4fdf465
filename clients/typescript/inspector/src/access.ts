import { useSyncExternalStore } from "react";

/** What this tab shows to the page's own server, and whether the server asks for it. */
export interface Access {
  /** A key, a token or a ticket; undefined when none was given. */
  readonly credential: string | undefined;
  /** Counts the credentials that were given. */
  readonly version: number;
  /** Why the server let this page in no longer, while the page asks for a credential. */
  readonly refusal: string | undefined;
  readonly isAsking: boolean;
}

const place = "eventstream.credential";
const listeners = new Set<() => void>();
let access: Access = { credential: stored(), version: 0, refusal: undefined, isAsking: false };

export const currentAccess = (): Access => access;

export const useAccess = (): Access => useSyncExternalStore(subscribe, currentAccess);

/** The server has refused: the page asks for a credential. */
export function refused(words: string): void {
  set({ refusal: words, isAsking: true });
}

export const ask = (): void => set({ isAsking: true });
export const dismiss = (): void => set({ isAsking: false });

/** Takes a credential for this tab; undefined forgets it. */
export function give(credential: string | undefined): void {
  try {
    if (credential === undefined) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, credential);
  } catch {
    // Storage is switched off: it lasts as long as the page.
  }
  set({ credential, version: access.version + 1, refusal: undefined, isAsking: false });
}

/** Tickets have no dots and don't begin as keys do. */
export const isTicket = (credential: string): boolean => !credential.startsWith("es_") && !credential.includes(".");

/** Takes the ticket of `#ticket=…`, and takes it out of the address, so that it isn't bookmarked or copied with it. */
export function takeTicketFromAddress(): void {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("ticket");
  if (ticket === null) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (ticket !== "") give(ticket);
}

function stored(): string | undefined {
  try {
    return sessionStorage.getItem(place) ?? undefined;
  } catch {
    return undefined;
  }
}

function set(change: Partial<Access>): void {
  access = { ...access, ...change };
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
