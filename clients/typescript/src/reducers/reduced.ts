import type { AgentEvent } from "../events.js";

/** The members of every reduced state. */
export interface Reduced {
  /** The newest events whose payload isn't what their type says, as they came. */
  readonly malformed: readonly AgentEvent[];
}
