import { useSyncExternalStore } from "react";

/** What a reader has chosen for all pages of this browser. */
export interface Settings {
  /** Times in the reader's zone; else in UTC. */
  readonly isLocalTime: boolean;
  /** Whether single characters are shortcuts. Who speaks to the browser, or types by accident, may not want them. */
  readonly hasKeys: boolean;
}

const place = "eventstream.settings";
const listeners = new Set<() => void>();
let settings: Settings = stored();

export const useSettings = (): Settings => useSyncExternalStore(subscribe, currentSettings);

export const currentSettings = (): Settings => settings;

export function choose(changes: Partial<Settings>): void {
  settings = { ...settings, ...changes };
  try {
    localStorage.setItem(place, JSON.stringify(settings));
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  for (const listener of [...listeners]) listener();
}

function stored(): Settings {
  try {
    const { isLocalTime, hasKeys } = JSON.parse(localStorage.getItem(place) ?? "{}") as Partial<Record<keyof Settings, unknown>>;
    return { isLocalTime: isLocalTime !== false, hasKeys: hasKeys !== false };
  } catch {
    return { isLocalTime: true, hasKeys: true };
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
