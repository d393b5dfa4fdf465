import { useSyncExternalStore } from "react";
import type { StreamSource } from "../../src/index.js";
import { withoutView } from "./view.js";

/** The stream and the server that the address names. */
export interface Place {
  readonly source: StreamSource | undefined;
  /** Another server than the page's own, from `?server=`. */
  readonly server: string | undefined;
  /** The name of a file that this tab looks at, from `?file=`. */
  readonly file: string | undefined;
  /** How many times as fast the demo is played, from `?speed=`. */
  readonly speed: number;
}

// What precedes the server's own paths; the session's id, the project's, or the word broadcast.
const shape = /^(.*?)\/(?:(?:api\/)?events\/([^/]+)\/?|projects\/([^/]+)\/events\/?|(broadcast)\/events\/?)?$/;

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
    source: sourceOf(path ?? []),
    server: address.searchParams.get("server") || undefined,
    file: address.searchParams.get("file") || undefined,
    speed: speed > 0 && Number.isFinite(speed) ? speed : 1,
  };
}

function sourceOf([, , sessionId, projectId, broadcast]: readonly (string | undefined)[]): StreamSource | undefined {
  if (sessionId !== undefined) return { sessionId: decoded(sessionId) };
  if (projectId !== undefined) return { projectId: decoded(projectId) };
  return broadcast === undefined ? undefined : { broadcast: true };
}

/** What a reader calls a stream. */
export function nameOf(source: StreamSource): string {
  return source.sessionId ?? (source.projectId === undefined ? "Broadcast" : `Project ${source.projectId}`);
}

/** The path of a stream at its server. */
export function pathOf(source: StreamSource): string {
  if (source.sessionId !== undefined) return `/events/${encodeURIComponent(source.sessionId)}`;
  return source.projectId === undefined ? "/broadcast/events" : `/projects/${encodeURIComponent(source.projectId)}/events`;
}

/** The address of a stream; the query stays, but for what belongs to the view of another one. */
export function addressOf(source: StreamSource): string {
  const query = withoutView(new URLSearchParams(location.search)).toString();
  return `${prefixOf(location.pathname)}${pathOf(source)}${query === "" ? "" : `?${query}`}`;
}

const moved = "eventstream:moved";

export function goTo(source: StreamSource): void {
  history.pushState(undefined, "", addressOf(source));
  dispatchEvent(new Event(moved));
}

/** Shows the file that this tab has opened. */
export function goToFile(name: string): void {
  const query = withoutView(new URLSearchParams(location.search));
  query.set("file", name);
  history.pushState(undefined, "", `${prefixOf(location.pathname)}/?${query.toString()}`);
  dispatchEvent(new Event(moved));
}

/** Goes back to the sessions. */
export function goHome(): void {
  const query = withoutView(new URLSearchParams(location.search)).toString();
  history.pushState(undefined, "", `${prefixOf(location.pathname)}/${query === "" ? "" : `?${query}`}`);
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
