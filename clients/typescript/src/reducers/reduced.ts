import type { AgentEvent } from "../events.js";

/** What every reduced state has. */
export interface Reduced {
  /** The newest events whose payload isn't what their type says, as they came. */
  readonly malformed: readonly AgentEvent[];
}
