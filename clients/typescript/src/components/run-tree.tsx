"use client";

import type { ReactNode } from "react";
import { useTexts } from "./texts.js";
import { TraceList, type TraceListProps } from "./trace-list.js";

export type RunTreeProps = TraceListProps;

/** The runs with all that they contain, as a tree: subagents, steps, tool calls, messages. Only rows in view are rendered. */
export function RunTree(props: RunTreeProps): ReactNode {
  return <TraceList label={useTexts().runs} {...props} hasAxis={false} />;
}

/** The same tree with a bar for each node on one time axis. */
export function Waterfall(props: RunTreeProps): ReactNode {
  return <TraceList {...props} hasAxis />;
}
