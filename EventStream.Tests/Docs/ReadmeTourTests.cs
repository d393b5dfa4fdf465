using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Docs;

/// <summary>The README's tour, as a newcomer types it.</summary>
[Needs(Need.Curl)]
public sealed class ReadmeTourTests
{
    // They wait for an agent and for people; ChatAgentTests and MonitoringTests run the programs.
    private static readonly string[] OfSamples = ["dotnet run", "Is all well?", "approval-01", "user_stop\"}' localhost:8000/sessions/demo", "demo/runs/r1/approvals"];

    [Fact]
    public async Task Tour_PrintsWhatTheReadmeShows()
    {
        await using var server = await ApiProcess.StartAsync("--environment=Development");
        await using var replay = new ConsoleReplay(new Uri($"http://localhost:{server.Address.Port}"));
        var blocks = ConsoleBlock.In(await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken), "## Tour")
            .Where(block => !OfSamples.Any(text => (block.Command ?? string.Concat(block.Output)).Contains(text, StringComparison.Ordinal)) && !IsOfSample(block)).ToList();

        foreach (var block in blocks) await replay.RunAsync(block);

        blocks.Count(block => block.Command is not null).ShouldBeGreaterThan(14);
    }

    private static bool IsOfSample(ConsoleBlock block) => block.Command is null && block.Output.Any(line => line.Contains("infrastructure_monitor", StringComparison.Ordinal) && line.Contains('…', StringComparison.Ordinal));
}
