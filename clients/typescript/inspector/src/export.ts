import { jsonOf, traceRows, type AgentEvent, type TraceNode } from "../../src/index.js";
import { failures, formatDuration, formatJson, titleOf } from "../../src/components/describe.js";
import { outcomeLooks } from "../../src/components/outcomes.js";
import { isControl } from "./journal.js";

/** Events as lines of JSON, their numbers as they came; what the server said of the stream itself is left out. */
export const linesOf = (events: readonly AgentEvent[]): string => events.filter((event) => event.id !== undefined && !isControl(event)).map((event) => `${jsonOf(event)}\n`).join("");

/** A part of a trace as Markdown, for an issue or a mail: what it was, what failed and why, what happened in which order, what was said. */
export function reportOf(top: TraceNode, link: string): string {
  const rows = traceRows([top], new Set());
  const failed = rows.map(({ node }) => node).filter((node) => node.ownErrors > 0);
  const said = rows.map(({ node }) => node).filter((node) => node.kind === "message");
  const { usage } = top;
  const facts = [
    ["Status", titleOf(top.status)],
    ["Began", top.startMs === undefined ? undefined : new Date(top.startMs).toISOString()],
    ["Took", formatDuration(top.durationMs)],
    ["Tokens", usage.totalTokens],
    ["Cost", usage.cost],
    ["Session", top.sessionId],
    ["Run", top.runId],
    ["Link", link],
  ];
  return [
    `# ${titleOf(top.kind)} ${top.name}`,
    facts.filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => `- ${name}: ${value}`).join("\n"),
    ...(failed.length === 0 ? [] : [`## What failed (${failed.length})`, ...failed.map(failureOf)]),
    "## What happened",
    rows.map(({ node, depth }) => `${"  ".repeat(depth)}- ${outcomeLooks[node.outcome][0]} ${titleOf(node.kind)} **${escaped(node.name)}** ${formatDuration(node.durationMs)}`.trimEnd()).join("\n"),
    ...(said.length === 0 ? [] : ["## What was said", ...said.map((node) => `**${escaped(node.name)}**\n\n${quoted(node.kind === "message" ? node.of.text : "")}`)]),
  ].join("\n\n") + "\n";
}

function failureOf(node: TraceNode): string {
  const parts = [`### ${titleOf(node.kind)} ${node.name}`, fenced(node.error ?? failures.get(node.status) ?? titleOf(node.status))];
  if (node.kind === "tool_call") parts.push("Arguments:", fenced(formatJson(node.of.args ?? node.of.argsText ?? {})));
  return parts.join("\n\n");
}

/** A block of code whose fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

const quoted = (text: string): string => text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");

const escaped = (text: string): string => text.replace(/[\\`*_[\]<>#|]/g, "\\$&").replace(/\s+/g, " ");

/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  // Ids have characters that names of files may not have everywhere.
  link.download = name.replace(/[^\w.-]+/g, "-");
  link.click();
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
