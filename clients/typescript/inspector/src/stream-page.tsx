import { useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { AgentTimeline, ApprovalPrompt, MetricsPanel, ToolCallInspector } from "../../src/components/index.js";
import { initialTimeline, initialTrace, reduceTimeline, reduceTrace, traceErrors, traceTree, type AgentEvent, type CommandOptions } from "../../src/index.js";
import { useReduced, type EventStats } from "../../src/react/index.js";
import { AgentsPanel } from "./agents-panel.js";
import { Journal } from "./connection.js";
import { filtered, isFiltering } from "./filter.js";
import { FilterBar, short } from "./filter-bar.js";
import { Frames } from "./frames.js";
import { Header } from "./header.js";
import { HelpDialog } from "./help-dialog.js";
import { laidOut } from "./laid-out.js";
import { missingBefore, story, type JournalEntry } from "./journal.js";
import type { Meter } from "./meter.js";
import { RunActions, RunsPanel } from "./runs-panel.js";
import { useRowActions } from "./row-actions.js";
import { eventsOf } from "./scope.js";
import { Scope } from "./scope-bar.js";
import { useSettings } from "./settings.js";
import { Summary } from "./summary.js";
import { Tabs } from "./tabs.js";
import { failedIn, TracePanel } from "./trace-panel.js";
import { pressInList, useKeys } from "./use-keys.js";
import { nodeNamed, referenceOf, tabNames, useView, type TabName } from "./view.js";
import { ZoneButton } from "./zone-button.js";

interface StreamPageProps {
  /** What a reader calls it. */
  readonly name: string;
  /** The session, when it is one that is watched. */
  readonly sessionId?: string | undefined;
  readonly events: readonly AgentEvent[];
  readonly stats: EventStats;
  /** What happened to the connection; undefined for a file, as is all that a stream has. */
  readonly journal?: readonly JournalEntry[];
  readonly meter?: Meter;
  readonly server?: string | undefined;
  /** How commands for runs reach the server. */
  readonly options?: CommandOptions;
  /** Whether what is shown goes on, and so runs can be stopped, steered and answered. */
  readonly canAct?: boolean;
  /** Pauses, and resumes. */
  readonly pause?: () => void;
  /** Said in place of a timeline, while there is nothing to tell. */
  readonly nothing?: string | undefined;
  readonly title: ReactNode;
  readonly actions: ReactNode;
  readonly notices: ReactNode;
}

function tabAfter(tab: TabName, isLive: boolean): TabName {
  const names: readonly TabName[] = isLive ? tabNames : tabNames.filter((name) => name !== "Connection");
  return names[(names.indexOf(tab) + 1) % names.length] ?? "Timeline";
}

/** What happened in a stream: timeline, trace, frames, and beside them how its runs, calls and measures stand. */
export function StreamPage({ name, sessionId, events, stats, journal, meter, server, options, canAct = false, pause, nothing, title, actions, notices }: StreamPageProps): ReactNode {
  const [{ filter, tab: wanted, chosen: reference, event: frame, zoom }, changeView] = useView();
  const tab = wanted === "Connection" && journal === undefined ? "Timeline" : wanted;
  const [isHelping, setHelping] = useState(false);
  const [steps, setSteps] = useState(0);
  const { isLocalTime, hasKeys } = useSettings();
  const sought = useDeferredValue(filter);
  const { reconnects, gaps } = stats;
  const told = useMemo(() => story(events), [events]);
  const timeline = useReduced(reduceTimeline, initialTimeline, events);
  const frames = useMemo(() => filtered(events, sought, timeline), [events, sought, timeline]);
  const missing = useMemo(() => missingBefore(events), [events]);
  const trace = useReduced(reduceTrace, initialTrace, events);
  const errors = useMemo(() => traceErrors(trace), [trace]);
  // The tree is only made where something needs it: events may come hundreds of times a second.
  const chosen = reference !== undefined && (tab === "Timeline" || tab === "Trace") ? nodeNamed(traceTree(trace), reference) : undefined;
  const rows = useMemo(() => {
    const found = filtered(told, sought, timeline);
    return tab === "Timeline" && chosen !== undefined ? found.filter(eventsOf(chosen, traceTree(trace))) : found;
  }, [told, sought, timeline, tab, chosen, trace]);
  const stepToError = (step: 1 | -1) => {
    const failed = failedIn(traceTree(trace));
    const at = failed.findIndex((node) => referenceOf(node) === reference);
    const next = failed.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % failed.length);
    if (next === undefined) return;
    changeView({ tab: "Trace", chosen: referenceOf(next) });
    setSteps((before) => before + 1);
  };
  const rowActions = useRowActions(trace, changeView);
  useKeys(hasKeys ? {
    "/": () => document.querySelector<HTMLInputElement>(".filters input[type=search]")?.focus(),
    "?": () => setHelping(true),
    e: () => stepToError(1),
    E: () => stepToError(-1),
    j: () => pressInList("ArrowDown"),
    k: () => pressInList("ArrowUp"),
    ...(pause === undefined ? {} : { p: pause }),
    t: () => changeView({ tab: tabAfter(tab, journal !== undefined) }),
  } : {});
  const runActions = canAct && options !== undefined ? options : undefined;

  return (
    <div className="app">
      <Header actions={actions} help={() => setHelping(true)}>{title}</Header>
      <Summary stats={stats} meter={meter} server={server} errors={errors} showErrors={() => stepToError(1)} />
      <section className="notices" aria-label="Notices">
        {notices}
        {missing > 0 ? <p className="hint">The beginning is no longer there: {missing.toLocaleString("en")} earlier {missing === 1 ? "event is" : "events are"} not shown.</p> : null}
        {sessionId === undefined || options === undefined ? null : <ApprovalPrompt events={events} sessionId={sessionId} options={options} answered={1} readOnly={!canAct} />}
      </section>
      <main className={tab === "Trace" ? "wide" : undefined}>
        <div className="left">
          <FilterBar filter={filter} setFilter={(changed) => changeView({ filter: changed })} byType={stats.byType} />
          <Tabs
            label="Views"
            chosen={tab}
            aside={<ZoneButton />}
            choose={(name) => changeView({ tab: tabNames.find((each) => each === name) ?? "Timeline" })}
            tabs={[
              // A timeline keeps what it has read, so another filter needs a new one.
              { name: "Timeline", content: () => nothing !== undefined ? <p className="nothing" role="status">{nothing}</p> : (
                <>
                  {chosen === undefined ? null : <Scope node={chosen} count={rows.length} show={() => changeView({ tab: "Trace" })} clear={() => changeView({ chosen: undefined })} />}
                  <AgentTimeline key={`${JSON.stringify(sought)} ${chosen === undefined ? "" : reference}`} events={rows} pageSize={100} localTime={isLocalTime} renderText={laidOut} renderActions={rowActions} />
                </>
              ) },
              {
                name: "Trace",
                badge: errors > 0 ? short(errors) : undefined,
                isAlarming: true,
                content: () => (
                  <TracePanel
                    events={events}
                    name={name}
                    chosen={chosen}
                    choose={(node) => changeView({ chosen: referenceOf(node) })}
                    zoom={zoom}
                    setZoom={(part) => changeView({ zoom: part })}
                    errors={errors}
                    stepToError={stepToError}
                    steps={steps}
                    showEvents={() => changeView({ tab: "Timeline" })}
                    text={sought.text}
                    isLocalTime={isLocalTime}
                    actions={runActions === undefined ? undefined : (run) => <RunActions run={run} options={runActions} />}
                  />
                ),
              },
              { name: "Agents", content: () => <AgentsPanel trace={trace} choose={(run) => changeView({ tab: "Trace", chosen: referenceOf(run) })} /> },
              { name: "Frames", badge: isFiltering(sought) ? `${short(frames.length)} of ${short(events.length)}` : short(events.length), content: () => <Frames events={frames} wanted={frame} choose={(event) => changeView({ event })} isLocalTime={isLocalTime} /> },
              ...(journal === undefined ? [] : [{ name: "Connection", badge: reconnects + gaps > 0 ? String(reconnects + gaps) : undefined, isAlarming: gaps > 0, content: () => <Journal entries={journal} isLocalTime={isLocalTime} /> }]),
            ]}
          />
        </div>
        <aside aria-label="State of the session">
          <section className="panel runs-panel" aria-label="Runs">
            <h2>Runs</h2>
            <div className="panel-body" tabIndex={0} role="region" aria-label="Runs and steps">
              <RunsPanel events={events} options={runActions} />
            </div>
          </section>
          <section className="panel tools-panel">
            <h2>Tool calls</h2>
            <ToolCallInspector events={events} localTime={isLocalTime} />
          </section>
          <section className="panel metrics-panel">
            <h2>Metrics</h2>
            <div className="panel-body" tabIndex={0} role="region" aria-label="Measures">
              <MetricsPanel events={events} />
            </div>
          </section>
        </aside>
      </main>
      {isHelping ? <HelpDialog close={() => setHelping(false)} /> : null}
    </div>
  );
}
