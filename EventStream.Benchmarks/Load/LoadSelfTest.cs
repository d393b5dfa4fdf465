namespace EventStream.Benchmarks.Load;

/// <summary>Checks the generator against servers with known faults: each fault must show in the figures with its exact number.</summary>
internal static class LoadSelfTest
{
    private const int Events = 100;
    private const int Streams = 4;

    private static readonly (ServerFault Fault, Func<LoadFigures, bool> IsFound)[] Cases =
    [
        (ServerFault.None, IsWhole),
        (ServerFault.Unchunked, IsWhole),
        (ServerFault.Split, IsWhole),
        // The fault hits every tenth event, on both streams of its session.
        (ServerFault.Lose, figures => figures is { Lost: 20, Repeated: 0, Disordered: 0 }),
        (ServerFault.Repeat, figures => figures is { Lost: 0, Repeated: 20, Disordered: 0 }),
        (ServerFault.Reorder, figures => figures is { Lost: 0, Repeated: 0, Disordered: 20 }),
        (ServerFault.Stray, figures => figures is { Lost: 0, Repeated: 0, Strayed: 20 }),
        // In an open loop half a second of silence delays every event that is due meanwhile.
        (ServerFault.Stall, figures => figures is { Lost: 0, P99: > 400, Max: > 450 }),
        (ServerFault.Refuse, figures => figures is { Lost: 0, Refused: Streams / 2 }),
        (ServerFault.Drop, figures => figures is { Lost: > 0, Dropped: 1 }),
    ];

    public static async Task<bool> RunAsync(TextWriter report)
    {
        var all = true;
        foreach (var (fault, isFound) in Cases)
        {
            await using var server = new FaultyServer(fault);
            // Both sessions use one connection, so their events alternate at the server. A held event must be overtaken by one of its own session, so Reorder uses one session.
            var scenario = new LoadScenario("self-test", LoadKind.Paced, Streams, fault == ServerFault.Reorder ? 1 : 2, "") { Rate = 2 * Events, Seconds = 0.5, WarmUpSeconds = 0, SilenceSeconds = 1 };
            if (fault == ServerFault.Reorder) scenario = scenario with { Streams = 2 };
            var figures = await new LoadRun(new LoadTarget { Url = server.Url, PostUrl = server.Url, PublishBy = PublishBy.Post }, scenario).RunAsync();
            all &= isFound(figures);
            await report.WriteLineAsync($"{(isFound(figures) ? "ok  " : "FAIL")} {fault}: {figures.ToJson()}");
        }
        return all;
    }

    private static bool IsWhole(LoadFigures figures) => figures is { IsWhole: true, Events: Events, Delivered: Events * Streams / 2 };
}
