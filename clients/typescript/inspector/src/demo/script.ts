import type { NewEvent } from "../server.js";

/** An event of the demo, and how long after the one before it. */
export interface Step {
  readonly afterMs: number;
  readonly event: NewEvent;
}

type Payload = NewEvent["payload"];

// Uneven, as when a person thinks while speaking.
const wordMs = 55;

/** Three agents find out why a checkout is slow, get over an error of their own, and mend it. */
export function demoScript(sessionId: string, take: string): readonly Step[] {
  const steps: Step[] = [];
  const lead = agent("coordinator", `lead-${take}`);
  const monitor = agent("infrastructure_monitor", `monitor-${take}`);
  const database = agent("database_analyst", `database-${take}`);

  function agent(name: string, runId: string) {
    const tell = (afterMs: number, type: string, payload: Payload) => steps.push({ afterMs, event: { type, run_id: runId, agent_id: name, payload } });
    let said = 0;
    const speak = (kind: "message" | "thought", text: string) => {
      const id = `${runId}-${kind}-${++said}`;
      if (kind === "message") tell(300, "agent_message_start", { message_id: id, agent: name, role: "assistant" });
      for (const words of text.match(/\S+\s*\S*\s*/g) ?? []) tell(wordMs * 2, `agent_${kind}_delta`, { message_id: id, delta: words, agent: name });
      if (kind === "message") tell(60, "agent_message_end", { message_id: id, content: text, agent: name });
      else tell(60, "agent_thought", { message_id: id, content: text, agent: name });
    };
    return {
      tell,
      begin: (afterMs: number, status: string) => {
        tell(afterMs, "run_started", { run_id: runId });
        tell(50, "agent_status", { status, agent: name });
      },
      status: (status: string) => tell(100, "agent_status", { status, agent: name }),
      say: (text: string) => speak("message", text),
      think: (text: string) => speak("thought", text),
      call: (id: string, tool: string, args: Payload, progress: readonly string[], result: Payload) => {
        const call = { tool_call_id: `${runId}-${id}`, tool_name: tool };
        tell(350, "tool_call_started", { ...call, args, agent: name });
        for (const delta of progress) tell(450, "tool_call_delta", { tool_call_id: call.tool_call_id, delta });
        tell(500, "tool_call_result", { ...call, agent: name, ...result });
      },
      complete: (output: string, input: number, tokens: number) => tell(300, "run_completed", { run_id: runId, output, agent: name, stop_reason: "end_turn", usage: { input_tokens: input, output_tokens: tokens } }),
    };
  }

  const measure = (afterMs: number, latency: number, cpu: number, errors: number) =>
    monitor.tell(afterMs, "metrics_update", { cpu, memory_used: "5.8GB", disk_free: "41GB", containers_running: 4, extra: { checkout_p95_ms: latency, errors_per_min: errors } });
  const step = (id: string, description: string) => lead.tell(150, "workflow_step_started", { run_id: `lead-${take}`, step_id: id, description });
  const stepped = (id: string, output: string) => lead.tell(150, "workflow_step_completed", { run_id: `lead-${take}`, step_id: id, output });

  lead.tell(0, "session_started", { session_id: sessionId, agent: "coordinator", metadata: { request: "Checkout takes four seconds. Find out why, and mend it." } });
  lead.begin(200, "planning");
  lead.tell(100, "workflow_started", { workflow: "incident_triage", run_id: `lead-${take}` });
  step("gather", "Look at the machines and the database");
  lead.think("Slow, but not failing. So load or a slow dependency rather than a crash. I'll have both looked at, side by side.");
  lead.say("I'll have the machines and the database looked at side by side.");
  lead.status("waiting for both");

  monitor.begin(200, "investigating");
  database.begin(150, "investigating");
  measure(200, 3920, 41, 3);
  monitor.call("containers", "docker_list_containers", { status: "running" }, ["web, cart answered. ", "checkout, db answered."], {
    result: [{ name: "web", cpu: "12%" }, { name: "cart", cpu: "9%" }, { name: "checkout", cpu: "31%" }, { name: "db", cpu: "94%" }],
    success: true,
  });
  measure(200, 4080, 44, 4);
  database.call("slow", "query_slow_log", { last_minutes: 15, at_least_ms: 500 }, ["Connecting… "], { error: "The replica did not answer within 1,200 ms.", success: false });
  database.tell(150, "run_error", { error_type: "timeout", message: "The replica did not answer within 1,200 ms.", agent: "database_analyst", step: "query_slow_log" });
  database.tell(500, "run_retry", { retry_count: 1, max_retries: 3, reason: "The replica timed out; asking the primary." });
  monitor.say("All four containers run. The database works at 94 %, everything else is idle: it isn't the machines.");
  monitor.status("watching");
  database.call("slow-again", "query_slow_log", { last_minutes: 15, at_least_ms: 500, node: "primary" }, ["Read 1,204 entries. ", "Grouped into 3 statements."], {
    result: { statements: 3, worst: "SELECT … FROM orders WHERE customer_id = ?", calls: 1172, mean_ms: 3410 },
    success: true,
  });
  measure(150, 4110, 43, 4);
  stepped("gather", "One statement takes 3.4 s, 1,172 times in 15 minutes.");

  step("diagnose", "Find out why the statement is slow");
  database.tell(200, "retrieval_started", { query: "orders customer_id index migration", agent: "database_analyst" });
  database.tell(600, "retrieval_result", { documents: [{ id: "migration-0412", score: 0.91, content: "0412: rebuild orders, partition by month. Indexes are recreated by hand afterwards." }] });
  database.call("explain", "explain_query", { statement: "SELECT … FROM orders WHERE customer_id = ?" }, [], { result: { plan: "Seq Scan on orders", rows: 8_412_906, index: null }, success: true });
  database.say("The index on customer_id is gone since yesterday's migration 0412, so each checkout reads all 8.4 million orders.");
  stepped("diagnose", "Migration 0412 dropped the index on orders.customer_id.");

  step("mend", "Create the index without locking the table");
  lead.say("Clear. Creating the index concurrently: writes go on meanwhile, and it can be dropped again.");
  lead.status("waiting for the index");
  database.call("index", "create_index", { table: "orders", columns: ["customer_id"], concurrently: true }, ["18 % … ", "46 % … ", "71 % … ", "100 %."], { result: { index: "orders_customer_id_idx", size: "182MB" }, success: true });
  measure(100, 1460, 38, 1);
  measure(350, 420, 27, 0);
  stepped("mend", "Index created, 182 MB.");

  lead.status("waiting for proof");
  step("verify", "See whether checkouts are quick again");
  monitor.call("probe", "http_probe", { url: "https://shop.example/checkout", times: 20 }, ["10 of 20 … ", "20 of 20."], { result: { p50_ms: 118, p95_ms: 162, failed: 0 }, success: true });
  measure(100, 162, 22, 0);
  stepped("verify", "p95 is 162 ms.");
  monitor.complete("Machines are well; checkout p95 is 162 ms.", 2140, 190);
  database.complete("The missing index is back.", 4876, 412);
  lead.say("Done. Checkout was slow because migration 0412 dropped an index; it is back, and p95 fell from 4.1 s to 162 ms. I'd add the index to the migration, so that it doesn't happen again.");
  lead.tell(100, "workflow_completed", { run_id: `lead-${take}`, result: { p95_ms_before: 4110, p95_ms_after: 162 } });
  lead.tell(100, "notification", { message: "Checkout is quick again: p95 162 ms.", severity: "info" });
  lead.complete("Checkout p95 fell from 4.1 s to 162 ms.", 3320, 655);
  return steps;
}
