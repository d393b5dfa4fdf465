"use client";

export { AgentTimeline, type AgentTimelineProps } from "./agent-timeline.js";
export { ApprovalPrompt, type ApprovalPromptProps } from "./approval-prompt.js";
export { JsonView, type JsonViewProps } from "./json-view.js";
export { MetricsPanel, type MetricsPanelProps } from "./metrics-panel.js";
export { RunControls, type RunControlsProps } from "./run-controls.js";
export { RunStatus, type RunStatusProps } from "./run-status.js";
export { RunTree, Waterfall, type RunTreeProps } from "./run-tree.js";
export { TextsProvider, useTexts, type Texts, type TextsProviderProps } from "./texts.js";
export { TraceDetail, type TraceDetailProps } from "./trace-detail.js";
export { ToolCallInspector, type ToolCallInspectorProps } from "./tool-call-inspector.js";
