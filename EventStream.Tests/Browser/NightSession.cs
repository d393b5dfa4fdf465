namespace EventStream.Tests.Browser;

/// <summary>What a person is woken for: an orchestrator with 50 workers at once, of which 25 had a call that failed and one failed itself, in four scripts, with a result of 200 kB.</summary>
internal static class NightSession
{
    public const int Workers = 50;

    /// <summary>The worker that failed.</summary>
    public const int Broken = 8;

    // English, Arabic, Chinese, Russian.
    private static readonly string[] Tasks = ["Check the invoices of March", "تحقق من الفواتير", "请检查三月的发票", "Проверь счета за март"];
    private static readonly DateTimeOffset Begin = DateTimeOffset.Parse("2026-11-30T03:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>About how long a worker takes.</summary>
    public static int MillisecondsOf(int worker) => 300 + worker * 7919 % 4000;

    /// <summary>The events, in the order in which they happened.</summary>
    public static object[] Events() => [.. All().OrderBy(one => one.At).Select((one, number) => new { type = one.Type, payload = one.Payload, run_id = one.Run, agent_id = one.Agent, timestamp = Begin.AddMilliseconds(one.At).ToString("O") })];

    private static IEnumerable<(int At, string Type, object Payload, string Run, string Agent)> All()
    {
        yield return (0, "run_started", new { run_id = "root" }, "root", "orchestrator");
        yield return (40, "agent_message_end", new { message_id = "m", content = "I split the **migration** over 50 workers." }, "root", "orchestrator");
        for (var i = 0; i < Workers; i++)
        {
            var (run, agent, call, at) = ($"w{i}", $"worker-{i}", $"d{i}", 100 + i * 37);
            var end = at + MillisecondsOf(i);
            yield return (at, "tool_call_started", new { tool_call_id = call, tool_name = "delegate", args = new { to = agent, task = Tasks[i % 4] } }, "root", "orchestrator");
            yield return (at + 5, "run_created", new { run_id = run, agent, parent_run_id = "root", parent_tool_call_id = call }, run, agent);
            yield return (at + 10, "run_started", new { run_id = run }, run, agent);
            yield return (at + 30, "agent_step_started", new { step_number = 1 }, run, agent);
            yield return (at + 80, "tool_call_started", new { tool_call_id = "c1", tool_name = "sql_query", args = new { statement = $"select * from invoices_{i}" } }, run, agent);
            yield return (end, "tool_call_result", ResultOf(i), run, agent);
            yield return (end + 20, "agent_step_completed", new { step_number = 1 }, run, agent);
            yield return i == Broken
                ? (end + 50, "run_failed", new { run_id = run, error = "permission denied for table invoices_8", error_type = "DatabaseError" }, run, agent)
                : (end + 50, "run_completed", new { run_id = run, usage = new { input_tokens = 900, output_tokens = 100 } }, run, agent);
            yield return (end + 60, "tool_call_result", new { tool_call_id = call, tool_name = "delegate", result = "done" }, "root", "orchestrator");
        }
    }

    private static object ResultOf(int worker)
    {
        if (worker == Broken) return new { tool_call_id = "c1", tool_name = "sql_query", error = "permission denied for table invoices_8\n  at Query.run (db.ts:118)" };
        if (worker % 2 == 0) return new { tool_call_id = "c1", tool_name = "sql_query", error = "timeout after 3,000 ms" };
        return new { tool_call_id = "c1", tool_name = "sql_query", result = worker == 7 ? new string('x', 200_000) : $"{worker} rows" };
    }
}
