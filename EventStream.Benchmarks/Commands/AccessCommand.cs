using System.CommandLine;
using EventStream.Benchmarks.Access;

namespace EventStream.Benchmarks.Commands;

/// <summary>What keys cost a server, and whether the time of an answer tells something of them.</summary>
internal static class AccessCommand
{
    private static readonly Option<int> Requests = CommonOptions.Number("--requests", 20_000, 1000, 1_000_000, "Requests of each flood and round.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 7, 1, 100, "Rounds of both floods.");
    private static readonly Option<int> Tries = CommonOptions.Number("--tries", 10_000, 1000, 1_000_000, "How often each key is tried.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("access", "Floods a server of its own with wrong keys and with paths that there aren't, in turn, and compares what that costs it (the aim is 1.2 times at most). "
            + "Then tries a right, a wrong and an unknown key in turn, which should take the same time. Linux only.") { Requests, Rounds, Tries, Markdown };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await using var site = await KeyedSite.StartAsync();
        await new KeyFlood(site, parsed.GetValue(Requests), parsed.GetValue(Rounds)).PrintAsync(parsed.GetValue(Markdown));
        new KeyTimes(site, parsed.GetValue(Tries)).Print(parsed.GetValue(Markdown));
        return 0;
    }
}
