import type { TraceOutcome } from "../index.js";
import type { Tone } from "./describe.js";

/** The mark and the colour of each outcome. */
export const outcomeLooks: { readonly [outcome in TraceOutcome]: readonly [mark: string, tone: Tone] } = {
  going: ["●", "busy"],
  waiting: ["◔", "warn"],
  done: ["✓", "good"],
  failed: ["✗", "bad"],
  cancelled: ["–", "plain"],
};
