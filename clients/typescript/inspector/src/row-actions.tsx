import { useCallback, useEffect, useRef, type ReactNode } from "react";
import { traceTree, type TraceState } from "../../src/index.js";
import type { TimelineSubject } from "../../src/components/agent-timeline.js";
import { nodeOf } from "./scope.js";
import { referenceOf, type View } from "./view.js";

/** What a row of the timeline leads to: its node in the trace, and an event to its frame. */
export function useRowActions(trace: TraceState, changeView: (changes: Partial<View>) => void): (subject: TimelineSubject) => ReactNode {
  // The function stays the same, so that rows aren't drawn anew with each event.
  const newest = useRef(trace);
  useEffect(() => {
    newest.current = trace;
  });
  return useCallback((subject: TimelineSubject) => {
    const show = () => {
      const node = nodeOf(subject, traceTree(newest.current));
      if (node !== undefined) changeView({ tab: "Trace", chosen: referenceOf(node) });
    };
    return (
      <>
        {subject.kind === "event" && subject.of.run_id === undefined ? null : <button type="button" className="button small" onClick={show}>In the trace</button>}
        {subject.kind === "event" ? <button type="button" className="button small" onClick={() => changeView({ tab: "Frames", event: subject.of.event_id })}>Frame</button> : null}
      </>
    );
  }, [changeView]);
}
