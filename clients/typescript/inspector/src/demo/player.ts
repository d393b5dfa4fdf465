import { useEffect, useRef, useState } from "react";
import { after } from "../../../src/timer.js";
import { publish } from "../server.js";
import { demoScript } from "./script.js";

const short = () => Math.random().toString(36).slice(2, 7);

export const newDemoSession = (): string => `demo-${short()}`;

let awaited: string | undefined;

/** Plays the demo in a session as soon as the page shows it. */
export function playWhenShown(sessionId: string): void {
  awaited = sessionId;
}

export interface Demo {
  readonly isPlaying: boolean;
  readonly hasPlayed: boolean;
  /** Why it stopped early. */
  readonly problem: string | undefined;
  readonly play: () => void;
  readonly stop: () => void;
}

/**
 * Publishes the demo as an agent would, event by event, with pauses in between.
 * @param onPublished Called for each event that is stored; it must always be the same function.
 */
export function useDemo(sessionId: string | undefined, server: string | undefined, speed: number, onPublished: () => void): Demo {
  const [isPlaying, setPlaying] = useState(false);
  const [hasPlayed, setPlayed] = useState(false);
  const [problem, setProblem] = useState<string>();
  const running = useRef<AbortController>(undefined);

  const play = () => {
    if (sessionId === undefined) return;
    const run = new AbortController();
    running.current?.abort();
    running.current = run;
    setPlaying(true);
    setPlayed(true);
    setProblem(undefined);
    void publishAll(sessionId, server, speed, onPublished, run.signal).then((words) => {
      if (running.current !== run) return;
      setPlaying(false);
      setProblem(words);
    });
  };
  const stop = () => running.current?.abort();

  useEffect(() => {
    // Not at once: StrictMode mounts twice.
    const begin = setTimeout(() => {
      if (awaited === undefined || awaited !== sessionId) return;
      awaited = undefined;
      play();
    }, 0);
    return () => {
      clearTimeout(begin);
      running.current?.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the session appears
  }, []);

  return { isPlaying, hasPlayed, problem, play, stop };
}

/** @returns why it stopped early; undefined when it has ended or was stopped. */
async function publishAll(sessionId: string, server: string | undefined, speed: number, onPublished: () => void, signal: AbortSignal): Promise<string | undefined> {
  for (const { afterMs, event } of demoScript(sessionId, short())) {
    await new Promise<void>((resolve) => {
      after(afterMs / speed, resolve);
    });
    if (signal.aborted) return undefined;
    const outcome = await publish(server, sessionId, event, signal);
    if (signal.aborted) return undefined;
    if (!outcome.isOk) return `The demo stopped: ${outcome.words}`;
    onPublished();
  }
  return undefined;
}
