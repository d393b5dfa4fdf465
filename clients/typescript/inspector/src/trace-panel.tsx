import { useEffect, useMemo, useState, type ReactNode } from "react";
import { jsonOf, traceNodes, type AgentEvent, type Run, type TraceNode } from "../../src/index.js";
import { TraceDetail, Waterfall } from "../../src/components/index.js";
import { CopyButton } from "./copy.js";
import { download, linesOf, reportOf } from "./export.js";
import { comparable } from "./filter.js";
import { laidOut } from "./laid-out.js";
import type { View } from "./view.js";

interface TracePanelProps {
  readonly events: readonly AgentEvent[];
  /** What is shown, for the name of an export. */
  readonly name: string;
  readonly chosen: TraceNode | undefined;
  readonly choose: (node: TraceNode) => void;
  readonly zoom: View["zoom"];
  readonly setZoom: (zoom: View["zoom"]) => void;
  readonly errors: number;
  /** Chooses the next error, or the one before. */
  readonly stepToError: (step: 1 | -1) => void;
  /** How often an error was stepped to: that shows its detail, also when it is the only one and chosen already. */
  readonly steps: number;
  /** Shows the events of the chosen node. */
  readonly showEvents: () => void;
  readonly text: string;
  readonly isLocalTime: boolean;
  /** What may be done with a run. */
  readonly actions: ((run: Run) => ReactNode) | undefined;
}

/** The runs as a tree with bars, and the chosen part of it in detail; where there is room for one of them, one at a time. */
export function TracePanel({ events, name, chosen, choose, zoom, setZoom, errors, stepToError, steps, showEvents, text, isLocalTime, actions }: TracePanelProps): ReactNode {
  const [isErrorsOnly, setErrorsOnly] = useState(false);
  const isWanted = useMemo(() => filterOf(text, isErrorsOnly), [text, isErrorsOnly]);
  const key = chosen?.key;
  const [isDetail, setDetail] = useState(key !== undefined);
  useEffect(() => setDetail(key !== undefined), [key, steps]);
  const select = (node: TraceNode) => {
    choose(node);
    setDetail(true);
  };
  return (
    <div className={isDetail ? "trace has-detail" : "trace"}>
      <h2 className="visually-hidden">Trace</h2>
      <div className="trace-errors">
        <button type="button" className="button small trace-back" onClick={() => setDetail(false)}>← Tree</button>
        <button type="button" className="chip trace-only" aria-pressed={isErrorsOnly} onClick={() => setErrorsOnly(!isErrorsOnly)}>
          Errors only <span className={`count${errors > 0 ? " bad" : ""}`}>{errors}</span>
        </button>
        <button type="button" className="button small" disabled={errors === 0} onClick={() => stepToError(-1)}>Previous error</button>
        <button type="button" className="button small" disabled={errors === 0} title="e" onClick={() => stepToError(1)}>Next error</button>
        <button type="button" className="button small export" title="All events that the page holds, a line of JSON each" onClick={() => download(`${name}.jsonl`, "application/x-ndjson", linesOf(events))}>Export</button>
      </div>
      <Waterfall events={events} selected={key} onSelect={select} isWanted={isWanted} zoom={zoom} onZoom={setZoom} localTime={isLocalTime} />
      <div className="trace-chosen">
        {chosen === undefined ? null : (
          <div className="trace-actions">
            {chosen.kind === "run" ? actions?.(chosen.of) : null}
            <button type="button" className="button small" onClick={showEvents}>Events</button>
            <button type="button" className="button small" onClick={() => download(`${chosen.name}.md`, "text/markdown", reportOf(chosen, location.href))}>Report</button>
            <CopyButton key={chosen.key} label="Copy link" text={() => location.href} />
          </div>
        )}
        <TraceDetail node={chosen} localTime={isLocalTime} renderText={laidOut} />
      </div>
    </div>
  );
}

function filterOf(text: string, isErrorsOnly: boolean): ((node: TraceNode) => boolean) | undefined {
  const wanted = comparable(text.trim());
  if (wanted === "" && !isErrorsOnly) return undefined;
  return (node) => (!isErrorsOnly || node.ownErrors > 0) && (wanted === "" || textOf(node).includes(wanted));
}

const texts = new WeakMap<object, string>();

/** What a node shows, and what its detail does. */
function textOf({ of, name, status, error }: TraceNode): string {
  let text = texts.get(of);
  if (text === undefined) texts.set(of, (text = comparable([name, status, error ?? "", ...stringsIn(of)].join("\n"))));
  return text;
}

/** Texts as people read them, and all else as JSON. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [jsonOf(value)];
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [name, ...stringsIn(member)]));
}

const failures = new WeakMap<readonly TraceNode[], readonly TraceNode[]>();

/** The nodes that failed, in the order in which they began. */
export function failedIn(tree: readonly TraceNode[]): readonly TraceNode[] {
  let failed = failures.get(tree);
  if (failed === undefined) failures.set(tree, (failed = traceNodes(tree).filter(({ ownErrors }) => ownErrors > 0).toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0))));
  return failed;
}
