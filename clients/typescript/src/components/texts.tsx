"use client";

import { createContext, useContext, useMemo, type ReactNode } from "react";
import type { TraceNode } from "../index.js";
import { eventTexts, formatDuration, titleOf } from "./describe.js";
import { fullTime } from "./full-time.js";

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** All that the components say, in English. */
export const english = {
  ...eventTexts,
  // What publishers name is shown as a person would write it.
  status: titleOf,
  role: titleOf,
  kind: titleOf,
  /** Whose message a node of the tree is, by its role. */
  speaker: (role: string): string => role,
  activity: titleOf,
  duration: formatDuration,
  number: (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 6 }),
  utc: (time: string): string => `${time} UTC`,
  /** A date and time in full. */
  time: fullTime,

  timeline: "What the agents did",
  nothingYet: "Nothing has happened yet.",
  showEarlier: (count: number): string => `Show earlier (${count})`,
  jumpToNewest: "Jump to the newest",
  thought: "Thought",

  arguments: "Arguments",
  error: "Error",
  result: "Result",
  progress: "Progress",
  input: "Input",
  output: "Output",
  usage: "Usage",
  /** What a value is, for those who hear the page: "Arguments of read_disk". */
  whatOf: (value: string, name: string): string => `${value} of ${name}`,

  search: "Search",
  hits: (at: number, count: number, isCut: boolean): string => `${at} of ${count}${isCut ? "+" : ""}`,
  noHits: "Not found",
  nextHit: "Next",
  previousHit: "Previous",
  copy: "Copy",
  copyPath: "Copy path",
  copied: "Copied.",
  notCopied: "The browser doesn't let this page copy: select the text and copy it yourself.",
  raw: "Raw",
  showAll: (characters: number): string => `Show all ${characters} characters`,
  table: "Table",
  image: "image",

  approvals: "Approvals",
  questionsWait: (count: number): string => plural(count, "question waits for an answer.", "questions wait for an answer."),
  noQuestions: "No agent waits for an answer.",
  anAgent: "An agent",
  aTool: "a tool",
  asksToCall: (agent: ReactNode, tool: ReactNode): ReactNode => <>{agent} asks to call {tool}</>,
  askedToCall: (agent: ReactNode, tool: ReactNode): ReactNode => <>{agent} asked to call {tool}</>,
  reason: "Reason for your answer",
  reasonHint: "Reason, if you like",
  approve: "Approve",
  refuse: "Refuse",
  dismiss: "Dismiss",
  approvedBy: (who: string | undefined): string => (who === undefined ? "Approved" : `Approved by ${who}`),
  refusedBy: (who: string | undefined): string => (who === undefined ? "Refused" : `Refused by ${who}`),
  unanswered: "The run ended before anybody answered",

  metrics: "Metrics",
  noMetrics: "Nothing has been measured yet.",
  noNumbers: "No numbers",
  lastValues: (count: number, least: number, most: number): string => `The last ${count} values, ${least} to ${most}`,

  controls: "Run",
  unknownRun: "This run isn't known yet.",
  endedRun: "This run has ended.",
  agent: "Agent",
  whatToDo: "What shall it do?",
  agentIsMissing: "Give the name of an agent.",
  ask: "Run",
  steer: (agent: string): string => `Tell ${agent} what to mind`,
  steerHint: "Tell it what to mind",
  send: "Send",
  stop: "Stop",
  stopping: "Stopping…",
  stopAgent: (agent: string): string => `Stop ${agent}`,
  stoppingAgent: (agent: string): string => `Stopping ${agent}`,

  noRun: "No run yet.",
  retries: (count: number): string => plural(count, "retry", "retries"),
  earlierRuns: (count: number): string => plural(count, "earlier run", "earlier runs"),
  waitsForWorker: "Waits for a worker",
  stoppedBeforeWorker: "Asked to stop before a worker took it",
  askedToStop: "Asked to stop",

  runs: "Runs",
  trace: "Trace",
  foldAll: "Fold all",
  unfoldAll: "Unfold all",
  timeShown: "Time shown",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  zoomToChosen: "Chosen",
  zoomToWhole: "Whole",
  /** A kind of node in a few letters. */
  shortKind: (kind: string): string => shortKinds.get(kind) ?? kind,
  span: (begin: string, end: string | undefined): string => (end === undefined ? `from ${begin}` : `from ${begin} to ${end}`),
  nothingFor: (duration: string): string => `Nothing happened for ${duration}; drawn shorter`,
  eventsLost: (duration: string): string => `Events are lost here: ${duration} of which the stream has no record`,
  lost: (duration: string): string => `lost ${duration}`,
  failedBelow: (count: number): string => `${count} failed here or below`,
  errors: (count: number): string => (count === 1 ? "error" : "errors"),
  waitsForApproval: "waits for approval",

  detail: "Detail",
  chooseARow: "Choose a row to see what went in, what came out, and what it took.",
  run: "Run",
  call: "Call",
  began: "Began",
  took: "Took",
  tokens: "Tokens",
  cost: "Cost",
  timesTried: "Retries",
  failed: "Failed below",

  toolCalls: "Tool calls",
  toolCall: (name: string): string => `Tool call ${name}`,
  noToolCalls: "No tool has been called yet.",
};

const shortKinds = new Map([
  ["run", "run"],
  ["workflow", "flow"],
  ["step", "step"],
  ["tool_call", "tool"],
  ["message", "text"],
  ["thought", "idea"],
]);

export type Texts = Readonly<typeof english>;

const Given = createContext<Texts>(english);

export interface TextsProviderProps {
  /** The texts to replace; all others stay as they are. Declare them outside of the component. */
  readonly texts: Partial<Texts>;
  readonly children?: ReactNode;
}

/** Gives all components in it other texts, such as those of another language. */
export function TextsProvider({ texts, children }: TextsProviderProps): ReactNode {
  const above = useContext(Given);
  const all = useMemo(() => ({ ...above, ...texts }), [above, texts]);
  return <Given.Provider value={all}>{children}</Given.Provider>;
}

/** What a node is called: thoughts and those who speak by the page, all else by its publisher. */
export function titleOfNode(node: TraceNode, texts: Texts): string {
  if (node.kind === "thought") return texts.thought;
  return node.kind === "message" && node.name !== node.of.agent ? texts.speaker(node.name) : node.name;
}

/** What components say, for parts of your own beside them. */
export const useTexts = (): Texts => useContext(Given);
