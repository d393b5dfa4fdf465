import type { ReactNode } from "react";
import { Charts } from "./charts.js";
import { published } from "./journal.js";
import type { Watched } from "./watch.js";

interface SummaryProps {
  readonly watched: Watched;
  readonly server: string | undefined;
  /** How many runs and tool calls failed, and errors were told. */
  readonly errors: number;
  readonly showErrors: () => void;
}

/** The figures of a session. */
export function Summary({ watched, server, errors, showErrors }: SummaryProps): ReactNode {
  const { stats } = watched;
  const { reconnects, gaps } = stats;
  const figures = [
    ["Events", published(stats), ""],
    ["Errors", errors, errors > 0 ? "bad" : ""],
    ["Reconnects", reconnects, reconnects > 0 ? "warn" : ""],
    ["Gaps", gaps, gaps > 0 ? "bad" : ""],
  ] as const;
  return (
    <section className="summary" aria-label="Figures">
      <dl>
        {figures.map(([name, value, tone]) => (
          <div key={name} className={tone}>
            <dt className="label">{name}</dt>
            <dd className="figure">
              {name === "Errors" && errors > 0 ? <button type="button" className="figure-link" title="Show the first, then the next (e)" onClick={showErrors}>{value.toLocaleString("en")}</button> : value.toLocaleString("en")}
            </dd>
          </div>
        ))}
      </dl>
      <Charts meter={watched.meter} />
      {server === undefined ? null : <span className="hint server">from {server}</span>}
    </section>
  );
}
