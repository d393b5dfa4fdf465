import { useMemo, type ReactNode } from "react";
import { formatDuration } from "../../src/components/describe.js";
import { traceTree, type TraceNode, type TraceState } from "../../src/index.js";
import { timeOf } from "../../src/time.js";
import { agentsOf } from "./agents.js";

// No reader compares more.
const maxShown = 200;

interface AgentsPanelProps {
  readonly trace: TraceState;
  readonly choose: (run: TraceNode) => void;
}

/** Which agent took the time, failed, and used how much; each leads to its longest run. */
export function AgentsPanel({ trace, choose }: AgentsPanelProps): ReactNode {
  const agents = useMemo(() => agentsOf(traceTree(trace), timeOf(trace.latest)), [trace]);
  const most = agents[0]?.ownMs ?? 0;
  if (agents.length === 0) return <p className="agents hint">No run yet.</p>;
  return (
    <div className="agents" tabIndex={0} role="region" aria-label="Agents">
      <table>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col" title="Of its runs, without the time in which runs of subagents went on below them">Own time</th>
            <th scope="col" className="share" aria-hidden="true" />
            <th scope="col">Runs</th>
            <th scope="col">Errors</th>
            <th scope="col">Tokens</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {agents.slice(0, maxShown).map(({ name, ownMs, runs, errors, usage, longest }) => (
            <tr key={name}>
              <th scope="row"><button type="button" className="figure-link" title="Show its longest run in the trace" onClick={() => choose(longest)}><bdi>{name}</bdi></button></th>
              <td>{formatDuration(ownMs)}</td>
              <td className="share" aria-hidden="true"><span style={{ width: `${most > 0 ? (100 * ownMs) / most : 0}%` }} /></td>
              <td>{runs.toLocaleString("en")}</td>
              <td className={errors > 0 ? "bad" : undefined}>{errors.toLocaleString("en")}</td>
              <td>{usage.totalTokens?.toLocaleString("en")}</td>
              <td>{usage.cost?.toLocaleString("en", { maximumFractionDigits: 6 })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {agents.length > maxShown ? <p className="hint">and {(agents.length - maxShown).toLocaleString("en")} that took less</p> : null}
    </div>
  );
}
