"use client";

export { AgentTimeline, type AgentTimelineProps } from "./agent-timeline.js";
export { ApprovalPrompt, type ApprovalPromptProps } from "./approval-prompt.js";
export { MetricsPanel, type MetricsPanelProps } from "./metrics-panel.js";
export { RunControls, type RunControlsProps } from "./run-controls.js";
export { RunStatus, type RunStatusProps } from "./run-status.js";
export { ToolCallInspector, type ToolCallInspectorProps } from "./tool-call-inspector.js";
