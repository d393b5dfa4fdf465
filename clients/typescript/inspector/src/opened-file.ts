import { useSyncExternalStore } from "react";
import { readEventFile, type EventFile } from "./event-file.js";
import { goToFile } from "./place.js";

/** The file that this tab looks at; its name stands in the address, its content nowhere else. */
export interface OpenedFile {
  readonly file: EventFile | undefined;
  readonly isReading: boolean;
  /** Why the last one couldn't be opened. */
  readonly problem: string | undefined;
}

const listeners = new Set<() => void>();
let opened: OpenedFile = { file: undefined, isReading: false, problem: undefined };

export const useOpenedFile = (): OpenedFile => useSyncExternalStore(subscribe, () => opened);

/** Reads a file and shows it. */
export async function openFile(file: File): Promise<void> {
  set({ ...opened, isReading: true, problem: undefined });
  try {
    const read = await readEventFile(file);
    if (read.events.length === 0) throw new Error(`${file.name} holds no event. ${read.faults[0] === undefined ? "It is empty." : `Line ${read.faults[0].line}: ${read.faults[0].reason}.`}`);
    set({ file: read, isReading: false, problem: undefined });
    goToFile(read.name);
  } catch (error) {
    set({ ...opened, isReading: false, problem: (error as Error).message });
  }
}

function set(next: OpenedFile): void {
  opened = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
