import type { AgentEvent } from "../../src/index.js";

const base = Date.UTC(2026, 10, 21, 10);

/** A session in which all that the components can show happens: two scripts, a failure with its stack trace, a question, measures. */
export function sampleEvents(): AgentEvent[] {
  let serial = 0;
  const event = (type: string, payload: object, run = "main"): AgentEvent =>
    ({ id: `1-${++serial}`, event_id: `e${serial}`, session_id: "s", run_id: run, timestamp: new Date(base + serial * 700).toISOString(), type, payload }) as unknown as AgentEvent;
  return [
    event("run_started", { run_id: "main", agent: "planner", input: { question: "Which disks are full?" } }),
    event("agent_message_delta", { message_id: "u", role: "user", delta: "أي الأقراص ممتلئة؟" }),
    event("agent_message_end", { message_id: "u", role: "user", content: "أي الأقراص ممتلئة؟" }),
    event("agent_thought", { content: `I look at each host first.\n${"Then I compare what is used with what there is. ".repeat(6)}`, agent: "planner" }),
    event("tool_call_started", { tool_call_id: "d", tool_name: "delegate", args: { to: "worker", hosts: ["db-1", "db-2"] } }),
    event("run_created", { run_id: "sub", agent: "worker", parent_run_id: "main", parent_tool_call_id: "d" }, "sub"),
    event("run_started", { run_id: "sub" }, "sub"),
    event("tool_call_started", { tool_call_id: "q", tool_name: "read_disk", args: { path: "C:\\temp", deep: { note: "dry run", ids: [9007199254740992, 2, 3] } } }, "sub"),
    event("tool_call_result", { tool_call_id: "q", tool_name: "read_disk", error: "TypeError: no such disk\n    at readDisk (disks.ts:42:7)\n    at async run (worker.ts:10:3)" }, "sub"),
    event("metrics_update", { cpu: 45.2, memory_used: "2.1GB" }, "sub"),
    event("metrics_update", { cpu: 61, memory_used: "2.2GB" }, "sub"),
    event("tool_approval_requested", { approval_id: "a", run_id: "main", tool_call_id: "w", tool_name: "write_note", args: { text: "The disk is full." }, reason: "It is seen by all." }),
    event("run_completed", { run_id: "sub", usage: { total_tokens: 1200, cost: 0.004 } }, "sub"),
    event("tool_call_result", { tool_call_id: "d", tool_name: "delegate", result: { status: "done", disks: Array.from({ length: 130 }, (_, id) => ({ id, used: id / 130 })) } }),
    event("agent_message_delta", { message_id: "m", delta: answer }),
    event("agent_message_end", { message_id: "m", content: answer }),
    event("stream_gap", { from: "1-2", to: "1-5" }),
  ];
}

export const answer = `## Disks

**One** disk is full, \`db-1\`; see [the manual](https://docs.example/disks):

- [x] \`/var\` of db-1
- [ ] \`/home\`

> Free 20 GB at least.

| host | used |
|---|---|
| db-1 | 99 % |

\`\`\`ts
// full from 95 %
export const isFull = (used: number): boolean => used > 0.95;
\`\`\`
`;
