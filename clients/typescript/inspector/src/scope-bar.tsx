import type { ReactNode } from "react";
import { titleOf } from "../../src/components/describe.js";
import type { TraceNode } from "../../src/index.js";

interface ScopeProps {
  readonly node: TraceNode;
  readonly count: number;
  readonly show: () => void;
  readonly clear: () => void;
}

/** Says that a timeline has the events of one node only, and takes that back. */
export function Scope({ node, count, show, clear }: ScopeProps): ReactNode {
  return (
    <div className="scope">
      <span>Only {titleOf(node.kind).toLowerCase()} <bdi><strong>{node.name}</strong></bdi> <span className="hint">{count.toLocaleString("en")} {count === 1 ? "event" : "events"}</span></span>
      <button type="button" className="button small" onClick={show}>In the trace</button>
      <button type="button" className="button small" onClick={clear}>Show all</button>
    </div>
  );
}
