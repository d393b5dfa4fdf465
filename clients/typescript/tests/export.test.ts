import { describe, expect, it } from "vitest";
import { linesOf, reportOf } from "../inspector/src/export.js";
import { initialTrace, parseEvent, reduceTrace, traceTree, type AgentEvent, type TraceNode } from "../src/index.js";

let second = 0;
const event = (type: string, payload: object, run = "r"): AgentEvent =>
  ({ event_id: `e${++second}`, id: `1-${second}`, session_id: "s", run_id: run, timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), type, payload }) as unknown as AgentEvent;

describe("an export", () => {
  it("has a line for each event, with its numbers as they came, and none of the stream's own", () => {
    const text = '{"event_id":"e","session_id":"s","timestamp":"2026-11-21T10:00:00Z","type":"note","payload":{"price":1.10,"id":9007199254740993}}';
    const stored = { ...(parseEvent(text) as AgentEvent), id: "1-1" };
    const lines = linesOf([event("session_stream_started", { cursor: "0-0" }), { ...event("heartbeat", {}), id: undefined } as unknown as AgentEvent, stored]);
    expect(lines).toMatch(/"price":1\.10,"id":9007199254740993/);
    expect(lines.trim().split("\n").length).toBe(1);
  });

  it("reports a run: what failed with its arguments, what happened, what was said", () => {
    second = 0;
    const [run] = traceTree([
      event("run_started", { run_id: "r", agent: "planner" }),
      event("tool_call_started", { tool_call_id: "c", tool_name: "sql_query", args: { statement: "select 1" } }),
      event("tool_call_result", { tool_call_id: "c", tool_name: "sql_query", error: "denied ```\n  at db.ts:1" }),
      event("agent_message_end", { message_id: "m", content: "It failed.\nSorry *very* much." }),
      event("run_completed", { run_id: "r", usage: { total_tokens: 7 } }),
    ].reduce(reduceTrace, initialTrace));
    expect(reportOf(run as TraceNode, "http://localhost/x")).toBe(`# Run planner

- Status: Completed
- Began: 2023-11-14T22:13:21.000Z
- Took: 4.0 s
- Tokens: 7
- Session: s
- Run: r
- Link: http://localhost/x

## What failed (1)

### Tool call sql_query

\`\`\`\`
denied \`\`\`
  at db.ts:1
\`\`\`\`

Arguments:

\`\`\`
{"statement":"select 1"}
\`\`\`

## What happened

- ✓ Run **planner** 4.0 s
  - ✗ Tool call **sql\\_query** 1.0 s
  - ✓ Message **assistant** 0 ms

## What was said

**assistant**

> It failed.
> Sorry *very* much.
`);
  });
});
