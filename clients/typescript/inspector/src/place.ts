import { useSyncExternalStore } from "react";
import { withoutView } from "./view.js";

/** The session and the server that the address names. */
export interface Place {
  readonly sessionId: string | undefined;
  /** Another server than the page's own, from `?server=`. */
  readonly server: string | undefined;
  /** How many times as fast the demo is played, from `?speed=`. */
  readonly speed: number;
}

// What precedes the server's own paths, and the session's id.
const shape = /^(.*?)\/(?:(?:api\/)?events\/([^/]+)\/?)?$/;

/** The address of the server that sent the page; a proxy may have it under a prefix, such as `/eventstream`. */
export const home = (): string => location.origin + prefixOf(location.pathname);

export function prefixOf(path: string): string {
  // Two slashes at the beginning would name another host.
  return (shape.exec(path)?.[1] ?? "").replace(/^\/+/, "/");
}

export function placeOf(address: URL): Place {
  const path = shape.exec(address.pathname);
  const speed = Number(address.searchParams.get("speed") ?? 1);
  return {
    sessionId: path?.[2] === undefined ? undefined : decoded(path[2]),
    server: address.searchParams.get("server") || undefined,
    speed: speed > 0 && Number.isFinite(speed) ? speed : 1,
  };
}

/** The address of a session; the query stays, but for what belongs to the view of another session. */
export function addressOf(sessionId: string): string {
  const query = withoutView(new URLSearchParams(location.search)).toString();
  return `${prefixOf(location.pathname)}/events/${encodeURIComponent(sessionId)}${query === "" ? "" : `?${query}`}`;
}

const moved = "eventstream:moved";

export function goTo(sessionId: string): void {
  history.pushState(undefined, "", addressOf(sessionId));
  dispatchEvent(new Event(moved));
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => location.href);
  return placeOf(new URL(href));
}

function subscribe(listener: () => void): () => void {
  for (const name of ["popstate", moved]) addEventListener(name, listener);
  return () => {
    for (const name of ["popstate", moved]) removeEventListener(name, listener);
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The id isn't escaped properly; the server says what is wrong with it.
    return text;
  }
}
