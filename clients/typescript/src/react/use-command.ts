"use client";

import { useCallback, useEffect, useRef, useState } from "react";

/** A request that a button sends. */
export interface Command<A extends readonly unknown[], T> {
  /** Sends it; not while one is on its way. Gives the answer, undefined when there is none. */
  readonly send: (...args: A) => Promise<T | undefined>;
  readonly isSending: boolean;
  /** Why the last one failed, until the next one is sent. */
  readonly error: Error | undefined;
}

/** Follows a request from a button to its answer: `useCommand(() => commands.stop(runId))`. */
export function useCommand<A extends readonly unknown[], T>(command: (...args: A) => Promise<T>): Command<A, T> {
  const [state, setState] = useState<{ readonly isSending: boolean; readonly error: Error | undefined }>({ isSending: false, error: undefined });
  const latest = useRef(command);
  const isSending = useRef(false);
  useEffect(() => {
    latest.current = command;
  });
  const send = useCallback(async (...args: A): Promise<T | undefined> => {
    // Two clicks may come before the button is drawn anew.
    if (isSending.current) return undefined;
    isSending.current = true;
    setState({ isSending: true, error: undefined });
    let failure: Error | undefined;
    try {
      return await latest.current(...args);
    } catch (cause) {
      failure = cause instanceof Error ? cause : new Error(String(cause));
      return undefined;
    } finally {
      isSending.current = false;
      setState({ isSending: false, error: failure });
    }
  }, []);
  return { send, ...state };
}
