export type { Reduced } from "./reduced.js";
export { initialMessages, reduceMessages, type Message, type MessagesState } from "./messages.js";
export { initialToolCalls, reduceToolCalls, type ToolCall, type ToolCallsState } from "./tool-calls.js";
export { initialApprovals, reduceApprovals, type Approval, type ApprovalsState } from "./approvals.js";
export { runTree, type RunInTree } from "./run-tree.js";
export { initialRuns, reduceRuns, type Run, type RunsState } from "./runs.js";
export { initialWorkflows, reduceWorkflows, type Workflow, type WorkflowsState, type WorkflowStep } from "./workflows.js";
export { initialMetrics, reduceMetrics, type Metric, type MetricsState } from "./metrics.js";
export { initialTimeline, reduceTimeline, type TimelineEntry, type TimelineState } from "./timeline.js";
