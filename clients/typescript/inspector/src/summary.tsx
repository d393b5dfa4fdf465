import type { ReactNode } from "react";
import type { EventStats } from "../../src/react/index.js";
import { Charts } from "./charts.js";
import { published } from "./journal.js";
import type { Meter } from "./meter.js";

interface SummaryProps {
  readonly stats: EventStats;
  /** Undefined for a file, to which nothing comes. */
  readonly meter: Meter | undefined;
  readonly server: string | undefined;
  /** How many runs and tool calls failed, and errors were told. */
  readonly errors: number;
  readonly showErrors: () => void;
}

/** The figures of a session. */
export function Summary({ stats, meter, server, errors, showErrors }: SummaryProps): ReactNode {
  const { reconnects, gaps } = stats;
  const figures = [
    ["Events", published(stats), ""],
    ["Errors", errors, errors > 0 ? "bad" : ""],
    ...(meter === undefined ? [] : [["Reconnects", reconnects, reconnects > 0 ? "warn" : ""] as const]),
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
      {meter === undefined ? null : <Charts meter={meter} />}
      {server === undefined ? null : <span className="hint server">from {server}</span>}
    </section>
  );
}
