"use client";

import { memo, type ReactNode } from "react";
import { type AgentEvent, initialMetrics, type Metric, reduceMetrics } from "../index.js";
import { useReduced } from "../react/index.js";
import { classes, Empty } from "./parts.js";
import { useTexts } from "./texts.js";

export interface MetricsPanelProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  readonly label?: string;
  readonly className?: string;
}

/** The newest value of each measure, with its recent values as a line. */
export function MetricsPanel({ events, label, className }: MetricsPanelProps): ReactNode {
  const texts = useTexts();
  const { metrics } = useReduced(reduceMetrics, initialMetrics, events);
  return (
    <section className={classes("es es-metrics", className)} aria-label={label ?? texts.metrics}>
      {metrics.length === 0 ? <Empty>{texts.noMetrics}</Empty> : null}
      {metrics.map((metric) => (
        <Tile key={metric.name} metric={metric} />
      ))}
    </section>
  );
}

const width = 100;
const height = 24;

const Tile = memo(function Tile({ metric }: { readonly metric: Metric }): ReactNode {
  const texts = useTexts();
  const values = metric.points.map((point) => point.value);
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const title = texts.metric(metric.name);
  // A long one is cut by the style.
  const latest = metric.latestText ?? String(metric.latest);
  const points = values.map((value, i) => {
    const x = values.length === 1 ? width : (i / (values.length - 1)) * width;
    const y = most === least ? height / 2 : height - ((value - least) / (most - least)) * height;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <div className="es-metric" role="group" aria-label={title}>
      <span className="es-muted">{title}</span>
      <span className="es-value" title={latest}>{latest}</span>
      <svg className="es-spark" role="img" aria-label={values.length === 0 ? texts.noNumbers : texts.lastValues(values.length, least, most)} viewBox={`0 -2 ${width} ${height + 4}`} preserveAspectRatio="none">
        <polyline points={points.join(" ")} vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  );
});
