"use client";

import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { ancestorsOf, initialTrace, reduceTrace, traceNodes, traceRows, traceTree, type AgentEvent, type TraceNode } from "../index.js";
import { useReduced } from "../react/index.js";
import { timeOf } from "../time.js";
import { classes, Empty } from "./parts.js";
import { useTexts } from "./texts.js";
import { axisOf, barOf, busyIn, gapsOf, rangeOf, spanOf, ticksOf, zoomed, type Gap, type Range } from "./trace-axis.js";
import { rowHeight, TraceRow } from "./trace-row.js";
import { useWindow } from "./use-window.js";

export interface TraceListProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  /** The `key` of the chosen node. Without it the component keeps the choice itself. */
  readonly selected?: string | undefined;
  readonly onSelect?: (node: TraceNode) => void;
  /** Leaves out what it refuses, unless something below is wanted. */
  readonly isWanted?: ((node: TraceNode) => boolean) | undefined;
  /** The part of the time axis that is shown, in ms since 1970; undefined shows the whole. It counts beside `onZoom`; without both the component keeps the zoom itself. */
  readonly zoom?: Range | undefined;
  readonly onZoom?: (part: Range | undefined) => void;
  /** Shows times in the reader's time zone; by default in UTC. */
  readonly localTime?: boolean;
  readonly label?: string;
  readonly className?: string;
}

export function TraceList({ events, selected, onSelect, isWanted, zoom, onZoom, localTime = false, label: ownLabel, className, hasAxis }: TraceListProps & { readonly hasAxis: boolean }): ReactNode {
  const texts = useTexts();
  const label = ownLabel ?? texts.trace;
  const state = useReduced(reduceTrace, initialTrace, events);
  const tree = useMemo(() => traceTree(state), [state]);
  const [own, setOwn] = useState<string>();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [ownPart, setOwnPart] = useState<Range>();
  const [part, setPart] = onZoom === undefined ? [ownPart, setOwnPart] : [zoom, onZoom];
  const rows = useMemo(() => traceRows(tree, folded, isWanted), [tree, folded, isWanted]);
  const chosen = selected ?? own;
  const at = useMemo(() => rows.findIndex(({ node }) => node.key === chosen), [rows, chosen]);
  const list = useRef<HTMLDivElement>(null);
  const { first, last, show } = useWindow(list, rows.length, rowHeight);
  const id = useId();

  const latestMs = timeOf(state.latest);
  const whole = useMemo(() => (hasAxis ? rangeOf(tree, latestMs) : undefined), [hasAxis, tree, latestMs]);
  const busy = useMemo(() => (hasAxis ? busyIn(tree, latestMs) : []), [hasAxis, tree, latestMs]);
  const lost = useMemo(() => state.lost.flatMap(({ from, to }) => lostBetween(timeOf(from), timeOf(to))), [state.lost]);
  const axis = useMemo(() => (whole === undefined ? undefined : axisOf(part ?? whole, busy, lost)), [whole, part, busy, lost]);
  const gaps = useMemo(() => (axis === undefined ? [] : gapsOf(axis)), [axis]);

  const select = useCallback(
    (node: TraceNode) => {
      setOwn(node.key);
      onSelect?.(node);
    },
    [onSelect],
  );
  const fold = useCallback((node: TraceNode) => setFolded((before) => toggled(before, node.key)), []);

  // What is chosen elsewhere is shown, whatever is folded above it.
  useEffect(() => {
    if (chosen === undefined) return;
    const above = ancestorsOf(tree, chosen).filter(({ key }) => folded.has(key));
    if (above.length > 0) setFolded(new Set([...folded].filter((key) => !above.some((node) => node.key === key))));
    // Only when the choice changes: what is folded later stays so.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen]);
  useEffect(() => {
    if (at >= 0) show(at);
    // New rows don't take the reader back to what was chosen before.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen, at >= 0]);

  if (tree.length === 0) {
    return (
      <section className={classes("es es-trace", className)} aria-label={label}>
        <Empty>{texts.nothingYet}</Empty>
      </section>
    );
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    const isOpen = row !== undefined && row.hasChildren && !row.isFolded;
    const key = keyOf(event);
    let to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[key];
    if (key === "ArrowRight" && row?.hasChildren) {
      if (isOpen) to = at + 1;
      else fold(row.node);
    } else if (key === "ArrowLeft" && row !== undefined) {
      if (isOpen && isWanted === undefined) fold(row.node);
      else to = rows.findLastIndex(({ depth }, i) => i < at && depth < row.depth);
    } else if ((key === "Enter" || key === " ") && row?.hasChildren) {
      fold(row.node);
    } else if (to === undefined) {
      return;
    }
    event.preventDefault();
    const next = to === undefined ? undefined : rows[to];
    if (next !== undefined) select(next.node);
  };

  return (
    <section className={classes("es es-trace", hasAxis ? "es-waterfall" : undefined, className)} aria-label={label}>
      <Toolbar
        foldAll={() => setFolded(new Set(traceNodes(tree).filter(({ children }) => children.length > 0).map(({ key }) => key)))}
        unfoldAll={() => setFolded(new Set())}
        zoom={whole === undefined || axis === undefined ? undefined : (factor) => setPart(factor === 0 ? undefined : zoomed(whole, axis.range, factor))}
        toChosen={whole !== undefined && rows[at]?.node.startMs !== undefined ? () => setPart(around(rows[at]?.node as TraceNode, whole, latestMs)) : undefined}
      />
      {axis === undefined || whole === undefined ? null : (
        <div className="es-axis">
          <span className="es-track">
            {ticksOf(axis, whole.from, texts.duration).map((tick) => (
              <span key={tick.at} className="es-tick" aria-hidden="true" style={{ insetInlineStart: `${tick.at}%` }}>{tick.text}</span>
            ))}
            {gaps.map((gap) => <GapMark key={gap.start} gap={gap} />)}
          </span>
        </div>
      )}
      <div ref={list} className="es-scroll es-trace-rows" role="tree" aria-label={label} tabIndex={0} aria-activedescendant={at >= first && at < last ? `${id}${at}` : undefined} onKeyDown={onKeyDown}>
        <div role="none" style={{ height: rows.length * rowHeight, position: "relative" }}>
          {rows.slice(first, last).map(({ node, depth, hasChildren, isFolded }, i) => {
            const bar = axis === undefined ? undefined : barOf(node, axis, latestMs);
            const index = first + i;
            return (
              <TraceRow
                key={node.key}
                id={`${id}${index}`}
                node={node}
                depth={depth}
                hasChildren={hasChildren}
                isFolded={isFolded}
                isSelected={index === at}
                top={index * rowHeight}
                barStart={hasAxis ? bar?.start : null}
                barLength={bar?.length}
                gaps={gaps}
                localTime={localTime}
                select={select}
                fold={fold}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}

/** How long nothing happened, or for how long events are gone. */
function GapMark({ gap: { start, length, isLost, ms } }: { readonly gap: Gap }): ReactNode {
  const texts = useTexts();
  const duration = texts.duration(ms);
  const words = isLost ? texts.eventsLost(duration) : texts.nothingFor(duration);
  return (
    <span className={classes("es-gap", isLost ? "es-lost" : undefined)} role="img" aria-label={words} title={words} style={{ insetInlineStart: `${start}%`, width: `${length}%` }}>
      <span aria-hidden="true">{isLost ? texts.lost(duration) : duration}</span>
    </span>
  );
}

// Clocks of several machines differ.
const lostBetween = (from: number | undefined, to: number | undefined): readonly Range[] => (from === undefined || to === undefined || to <= from ? [] : [{ from, to }]);

interface ToolbarProps {
  readonly foldAll: () => void;
  readonly unfoldAll: () => void;
  /** By a factor; 0 shows the whole. */
  readonly zoom: ((factor: number) => void) | undefined;
  readonly toChosen: (() => void) | undefined;
}

function Toolbar({ foldAll, unfoldAll, zoom, toChosen }: ToolbarProps): ReactNode {
  const texts = useTexts();
  return (
    <div className="es-buttons es-trace-bar">
      <button type="button" className="es-button" onClick={foldAll}>{texts.foldAll}</button>
      <button type="button" className="es-button" onClick={unfoldAll}>{texts.unfoldAll}</button>
      {zoom === undefined ? null : (
        <span className="es-buttons es-zoom" role="group" aria-label={texts.timeShown}>
          <button type="button" className="es-button" aria-label={texts.zoomOut} onClick={() => zoom(2)}>−</button>
          <button type="button" className="es-button" aria-label={texts.zoomIn} onClick={() => zoom(0.5)}>+</button>
          <button type="button" className="es-button" disabled={toChosen === undefined} onClick={toChosen}>{texts.zoomToChosen}</button>
          <button type="button" className="es-button" onClick={() => zoom(0)}>{texts.zoomToWhole}</button>
        </span>
      )}
    </div>
  );
}

/** A node with a little of what is around it. */
function around(node: TraceNode, whole: Range, latestMs: number | undefined): Range {
  const { from, to } = spanOf(node, latestMs) ?? whole;
  return zoomed(whole, { from, to: Math.max(to, from + 1) }, 1.2);
}

/** A key of a page that is read from the left: "into" and "out of" point the other way where it is read from the right. */
function keyOf({ key, currentTarget }: KeyboardEvent): string {
  const isMirrored = getComputedStyle(currentTarget).direction === "rtl";
  return isMirrored ? ({ ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] ?? key) : key;
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const changed = new Set(keys);
  if (!changed.delete(key)) changed.add(key);
  return changed;
}
