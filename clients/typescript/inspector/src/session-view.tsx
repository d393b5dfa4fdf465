import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from "react";
import { AgentTimeline, ApprovalPrompt, MetricsPanel, ToolCallInspector } from "../../src/components/index.js";
import { initialTimeline, initialTrace, reduceTimeline, reduceTrace, traceNodes, traceTree } from "../../src/index.js";
import { useReduced } from "../../src/react/index.js";
import { useAccess } from "./access.js";
import { ConnectionState, Journal, Trouble } from "./connection.js";
import { useDemo, type Demo } from "./demo/player.js";
import { filtered, isFiltering } from "./filter.js";
import { FilterBar, short } from "./filter-bar.js";
import { Frames } from "./frames.js";
import { Header } from "./header.js";
import { HelpDialog } from "./help-dialog.js";
import { PauseIcon, PlayIcon, PlusIcon, RunIcon, StopIcon } from "./icons.js";
import { laidOut } from "./laid-out.js";
import { missingBefore, story } from "./journal.js";
import { PublishDialog } from "./publish-dialog.js";
import { RunDialog } from "./run-dialog.js";
import { RunActions, RunsPanel } from "./runs-panel.js";
import { commandOptions } from "./server.js";
import { SessionMenu } from "./session-picker.js";
import { Summary } from "./summary.js";
import { Tabs } from "./tabs.js";
import { failedIn, TracePanel } from "./trace-panel.js";
import { pressInList, useKeys } from "./use-keys.js";
import { referenceOf, tabNames, useView } from "./view.js";
import { maxEvents, useWatch, type Watched } from "./watch.js";

interface SessionViewProps {
  readonly sessionId: string;
  readonly server: string | undefined;
  readonly speed: number;
}

/** A session; *Try again* watches it from the start. */
export function SessionView(props: SessionViewProps): ReactNode {
  const { sessionId, server, speed } = props;
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
  // The demo and the dialogs stand outside Session, so they go on when it is mounted again for an event that they published.
  const demo = useDemo(sessionId, server, speed, onPublished);
  return (
    <>
      <Session key={`${attempt} ${version}`} sessionId={sessionId} server={server} demo={demo} isOver={isOver} retry={retry} startPublishing={() => setPublishing(true)} startAsking={() => setAsking(true)} />
      {isPublishing ? <PublishDialog sessionId={sessionId} server={server} onPublished={onPublished} close={() => setPublishing(false)} /> : null}
      {isAsking ? <RunDialog sessionId={sessionId} server={server} onAsked={onPublished} close={() => setAsking(false)} /> : null}
    </>
  );
}

interface SessionProps extends Omit<SessionViewProps, "speed"> {
  readonly demo: Demo;
  /** Set to whether the stream has ended for good. */
  readonly isOver: RefObject<boolean>;
  readonly retry: () => void;
  readonly startPublishing: () => void;
  readonly startAsking: () => void;
}

function Session({ sessionId, server, demo, isOver, retry, startPublishing, startAsking }: SessionProps): ReactNode {
  const watched = useWatch(sessionId, server);
  const isClosed = watched.state === "closed";
  // What is shown of a paused or ended stream may be over by now.
  const canAct = !isClosed && !watched.isPaused;
  const options = useMemo(() => commandOptions(server), [server]);
  useEffect(() => {
    isOver.current = isClosed;
  }, [isOver, isClosed]);
  const [{ filter, tab, chosen: reference }, changeView] = useView();
  const [isHelping, setHelping] = useState(false);
  const sought = useDeferredValue(filter);
  const { shown } = watched;
  const { reconnects, gaps } = watched.stats;
  const told = useMemo(() => story(shown), [shown]);
  const timeline = useReduced(reduceTimeline, initialTimeline, shown);
  const frames = useMemo(() => filtered(shown, sought, timeline), [shown, sought, timeline]);
  const rows = useMemo(() => filtered(told, sought, timeline), [told, sought, timeline]);
  const missing = useMemo(() => missingBefore(shown), [shown]);
  const trace = useReduced(reduceTrace, initialTrace, shown);
  const tree = useMemo(() => traceTree(trace), [trace]);
  const failed = useMemo(() => failedIn(tree), [tree]);
  const errors = failed.reduce((sum, { ownErrors }) => sum + ownErrors, 0);
  const chosen = useMemo(() => (reference === undefined ? undefined : traceNodes(tree).find((node) => referenceOf(node) === reference)), [tree, reference]);
  const stepToError = (step: 1 | -1) => {
    const at = failed.findIndex((node) => node === chosen);
    const next = failed.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % failed.length);
    if (next === undefined) return;
    changeView({ tab: "Trace", chosen: referenceOf(next) });
  };
  useKeys({
    "/": () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
    "?": () => setHelping(true),
    e: () => stepToError(1),
    E: () => stepToError(-1),
    j: () => pressInList("ArrowDown"),
    k: () => pressInList("ArrowUp"),
    p: watched.isPaused ? watched.resume : watched.pause,
    t: () => changeView({ tab: tabNames[(tabNames.indexOf(tab) + 1) % tabNames.length] ?? "Timeline" }),
  });

  return (
    <div className="app">
      <Header
        actions={
          <>
            <button type="button" className="button" aria-pressed={watched.isPaused} onClick={watched.isPaused ? watched.resume : watched.pause}>
              {watched.isPaused ? <PlayIcon /> : <PauseIcon />} <span className="word">{watched.isPaused ? "Resume" : "Pause"}</span>
            </button>
            <button type="button" className="button" onClick={startAsking}>
              <RunIcon /> <span className="word">Run</span>
            </button>
            <button type="button" className="button" onClick={startPublishing}>
              <PlusIcon /> <span className="word">Publish</span>
            </button>
            <button type="button" className="button primary" onClick={demo.isPlaying ? demo.stop : demo.play}>
              {demo.isPlaying ? <StopIcon /> : <PlayIcon />} <span className="word">{demo.isPlaying ? "Stop demo" : "Play demo"}</span>
            </button>
          </>
        }
      >
        <h1 className="visually-hidden">Session {sessionId}</h1>
        <SessionMenu sessionId={sessionId} server={server} />
        <ConnectionState watched={watched} />
      </Header>
      <Summary watched={watched} server={server} errors={errors} showErrors={() => stepToError(1)} />
      <section className="notices" aria-label="Notices">
        <Trouble watched={watched} retry={retry} />
        {demo.problem === undefined ? null : <p className="banner bad" role="alert">{demo.problem}</p>}
        {watched.isPaused ? <Paused watched={watched} /> : null}
        {missing > 0 ? <p className="hint">The beginning is no longer there: {missing.toLocaleString("en")} earlier {missing === 1 ? "event is" : "events are"} not shown.</p> : null}
        <ApprovalPrompt events={shown} sessionId={sessionId} options={options} answered={1} readOnly={!canAct} />
      </section>
      <main className={tab === "Trace" ? "wide" : undefined}>
        <div className="left">
          <FilterBar filter={filter} setFilter={(changed) => changeView({ filter: changed })} byType={watched.stats.byType} />
          <Tabs
            label="Views"
            chosen={tab}
            choose={(name) => changeView({ tab: tabNames.find((each) => each === name) ?? "Timeline" })}
            tabs={[
              // A timeline keeps what it has read, so another filter needs a new one.
              { name: "Timeline", content: () => <AgentTimeline key={JSON.stringify(sought)} events={rows} pageSize={100} localTime renderText={laidOut} /> },
              {
                name: "Trace",
                badge: errors > 0 ? short(errors) : undefined,
                isAlarming: true,
                content: () => <TracePanel events={shown} sessionId={sessionId} chosen={chosen} choose={(node) => changeView({ chosen: referenceOf(node) })} errors={errors} stepToError={stepToError} text={sought.text} actions={canAct ? (run) => <RunActions run={run} sessionId={sessionId} options={options} /> : undefined} />,
              },
              { name: "Frames", badge: isFiltering(sought) ? `${short(frames.length)} of ${short(shown.length)}` : short(shown.length), content: () => <Frames events={frames} /> },
              { name: "Connection", badge: reconnects + gaps > 0 ? String(reconnects + gaps) : undefined, isAlarming: gaps > 0, content: () => <Journal entries={watched.journal} /> },
            ]}
          />
        </div>
        <aside aria-label="State of the session">
          <section className="panel runs-panel" aria-label="Runs">
            <h2>Runs</h2>
            <div className="panel-body" tabIndex={0} role="region" aria-label="Runs and steps">
              <RunsPanel events={shown} sessionId={sessionId} options={options} canAct={canAct} />
            </div>
          </section>
          <section className="panel tools-panel">
            <h2>Tool calls</h2>
            <ToolCallInspector events={shown} localTime />
          </section>
          <section className="panel metrics-panel">
            <h2>Metrics</h2>
            <div className="panel-body" tabIndex={0} role="region" aria-label="Measures">
              <MetricsPanel events={shown} />
            </div>
          </section>
        </aside>
      </main>
      {isHelping ? <HelpDialog close={() => setHelping(false)} /> : null}
    </div>
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
