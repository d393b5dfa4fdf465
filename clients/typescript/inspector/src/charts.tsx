import { useEffect, useState, type ReactNode } from "react";
import { formatDuration } from "../../src/components/describe.js";
import type { Meter, Second } from "./meter.js";

const width = 240;
const height = 36;
const everyMs = 1000;

/** Events a second and their age on arrival, over the last minute. */
export function Charts({ meter }: { readonly meter: Meter }): ReactNode {
  const [seconds, setSeconds] = useState<readonly Second[]>(() => meter.read());
  useEffect(() => {
    const timer = setInterval(() => setSeconds(meter.read()), everyMs);
    return () => clearInterval(timer);
  }, [meter]);
  const rates = seconds.map((second) => second.count);
  const ages = seconds.map((second) => second.medianMs);
  const latest = ages.findLast((age) => age !== undefined);
  return (
    <>
      <Chart title="Rate" value={`${rates.at(-1) ?? 0}/s`} values={rates} unit="events a second" />
      <Chart title="Latency" value={latest === undefined ? "–" : formatDuration(latest)} values={ages} unit="ms from its timestamp to this page, the median of each second" />
    </>
  );
}

function Chart({ title, value, values, unit }: { readonly title: string; readonly value: string; readonly values: readonly (number | undefined)[]; readonly unit: string }): ReactNode {
  const most = values.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const step = width / values.length;
  const words = most === 0 ? `${title}: nothing in the last minute` : `${title}, ${unit}: at most ${Math.round(most)} in the last minute`;
  return (
    <figure className="chart" title={words}>
      <figcaption>
        <span className="label">{title}</span>
        <span className="figure">{value}</span>
        <span className="hint">{most === 0 ? "" : `max ${Math.round(most)}`}</span>
      </figcaption>
      <svg role="img" aria-label={words} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
        {values.map((each, i) => {
          const tall = each === undefined || most === 0 ? 0 : Math.max(1.5, (each / most) * height);
          // A second without events keeps its place, so that the bars move left with time.
          return each ? <rect key={i} x={i * step} y={height - tall} width={step - 1} height={tall} /> : null;
        })}
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      </svg>
    </figure>
  );
}
