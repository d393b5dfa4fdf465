import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from "react";
import type { StreamSource } from "../../src/index.js";
import { useAccess } from "./access.js";
import { ConnectionState, Trouble } from "./connection.js";
import { useDemo, type Demo } from "./demo/player.js";
import { PauseIcon, PlayIcon, PlusIcon, RunIcon, StopIcon } from "./icons.js";
import { hasNothing } from "./journal.js";
import { nameOf } from "./place.js";
import { PublishDialog } from "./publish-dialog.js";
import { RunDialog } from "./run-dialog.js";
import { commandOptions } from "./server.js";
import { SessionMenu } from "./session-picker.js";
import { StreamPage } from "./stream-page.js";
import { maxEvents, useWatch, type Watched } from "./watch.js";

interface StreamViewProps {
  readonly source: StreamSource;
  readonly server: string | undefined;
  readonly speed: number;
}

/** A session, a project or the broadcast, as it happens; *Try again* watches it from the start. */
export function StreamView({ source, server, speed }: StreamViewProps): ReactNode {
  const [attempt, setAttempt] = useState(0);
  const [isPublishing, setPublishing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const isOver = useRef(false);
  // Another key may see what the one before didn't.
  const { version } = useAccess();
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  // A deleted session has nothing to watch before its first new event, so watching begins again with that one.
  const onPublished = useCallback(() => {
    if (!isOver.current) return;
    isOver.current = false;
    retry();
  }, [retry]);
  const { sessionId } = source;
  // The demo and the dialogs stand outside Live, so they go on when it is mounted again for an event that they published.
  const demo = useDemo(sessionId, server, speed, onPublished);
  return (
    <>
      <Live key={`${attempt} ${version}`} source={source} server={server} demo={demo} isOver={isOver} retry={retry} startPublishing={() => setPublishing(true)} startAsking={() => setAsking(true)} />
      {isPublishing && sessionId !== undefined ? <PublishDialog sessionId={sessionId} server={server} onPublished={onPublished} close={() => setPublishing(false)} /> : null}
      {isAsking && sessionId !== undefined ? <RunDialog sessionId={sessionId} server={server} onAsked={onPublished} close={() => setAsking(false)} /> : null}
    </>
  );
}

interface LiveProps extends Omit<StreamViewProps, "speed"> {
  readonly demo: Demo;
  /** Set to whether the stream has ended for good. */
  readonly isOver: RefObject<boolean>;
  readonly retry: () => void;
  readonly startPublishing: () => void;
  readonly startAsking: () => void;
}

function Live({ source, server, demo, isOver, retry, startPublishing, startAsking }: LiveProps): ReactNode {
  const watched = useWatch(source, server);
  const isClosed = watched.state === "closed";
  const options = useMemo(() => commandOptions(server), [server]);
  useEffect(() => {
    isOver.current = isClosed;
  }, [isOver, isClosed]);
  const isEmpty = hasNothing(watched);
  const isSession = source.sessionId !== undefined;
  // A demo would be in the way of what goes on there; until the page is connected it doesn't know.
  const isSomebodys = !isEmpty && !isClosed && watched.state !== "waiting";
  return (
    <StreamPage
      name={nameOf(source)}
      sessionId={source.sessionId}
      events={watched.shown}
      stats={watched.stats}
      journal={watched.journal}
      meter={watched.meter}
      server={server}
      options={options}
      // What is shown of a paused or ended stream may be over by now.
      canAct={!isClosed && !watched.isPaused}
      pause={watched.isPaused ? watched.resume : watched.pause}
      nothing={isEmpty ? `Nothing was published to ${isSession ? "this session" : source.projectId === undefined ? "the broadcast" : `the project ${source.projectId}`} yet. What is published appears here at once.` : undefined}
      title={
        <>
          <h1 className="visually-hidden">{isSession ? `Session ${source.sessionId}` : nameOf(source)}</h1>
          <SessionMenu source={source} server={server} />
          <ConnectionState watched={watched} isEmpty={isEmpty} />
        </>
      }
      actions={
        <>
          {isSession && (demo.isPlaying || demo.hasPlayed || !isSomebodys) ? (
            <button type="button" className="button" onClick={demo.isPlaying ? demo.stop : demo.play}>
              {demo.isPlaying ? <StopIcon /> : <PlayIcon />} <span className="word">{demo.isPlaying ? "Stop demo" : "Play demo"}</span>
            </button>
          ) : null}
          <button type="button" className="button" aria-pressed={watched.isPaused} onClick={watched.isPaused ? watched.resume : watched.pause}>
            {watched.isPaused ? <PlayIcon /> : <PauseIcon />} <span className="word">{watched.isPaused ? "Resume" : "Pause"}</span>
          </button>
          {isSession ? (
            <>
              <button type="button" className="button" onClick={startAsking}>
                <RunIcon /> <span className="word">Run</span>
              </button>
              <button type="button" className="button" onClick={startPublishing}>
                <PlusIcon /> <span className="word">Publish</span>
              </button>
            </>
          ) : null}
        </>
      }
      notices={
        <>
          <Trouble watched={watched} retry={retry} />
          {demo.problem === undefined ? null : <p className="banner bad" role="alert">{demo.problem}</p>}
          {watched.isPaused ? <Paused watched={watched} /> : null}
        </>
      }
    />
  );
}

function Paused({ watched }: { readonly watched: Watched }): ReactNode {
  const { waiting, resume } = watched;
  const held = waiting > maxEvents ? `${waiting.toLocaleString("en")} new events; the newest ${maxEvents.toLocaleString("en")} are held` : `${waiting.toLocaleString("en")} new ${waiting === 1 ? "event" : "events"} held`;
  return (
    <p className="banner paused" role="status">
      <strong>Paused.</strong> <span className="waiting">{held}.</span>
      <button type="button" className="button small" onClick={resume}>Resume</button>
    </p>
  );
}
