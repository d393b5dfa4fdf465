using System.CommandLine;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Bus.Redis;

namespace EventStream.Benchmarks.Commands;

/// <summary>Lets many clients return to one session with their cursors.</summary>
internal static class ResumeCommand
{
    private static readonly Option<Uri?> Server = CommonOptions.Server();
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<int> Clients = CommonOptions.Number("--clients", 1000, 1, 15_000, "How many clients.");
    private static readonly Option<int> Events = CommonOptions.Number("--events", 1000, 1, 10_000, "How many events the session's log holds.");
    private static readonly Option<int?> Missed = new("--missed") { Description = "How many of the last events each client has missed; all of them (cursor 0-0) when absent.", HelpName = "N" };
    private static readonly Option<bool> Spread = new("--spread") { Description = "Spread the cursors evenly over the log, so that each client has a different one." };
    private static readonly Option<bool> Watched = new("--watched") { Description = "Let one client watch while the events are published, so that the node holds the newest of them already." };
    private static readonly Option<int> Rate = CommonOptions.Number("--rate", 0, 0, 10_000, "Resumes a second, one after the other, while the others stay connected; 0: all clients at once.");
    private static readonly Option<int> TextBytes = CommonOptions.Number("--bytes", 150, 0, 200_000, "Bytes of text in each event; its frame has about 300 more.");
    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 3, 1, 1000, "How often, each time with a session of its own, after one round of warming up.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("resume", "How long clients that return with a cursor, all at once or at a rate, take to read what they missed, and what that costs Redis.")
        {
            Server, Redis, Clients, Events, Missed, Spread, Watched, Rate, TextBytes, Rounds, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(Missed) is { } missed && (missed < 1 || missed > parsed.GetValue(Events))) throw new BenchmarkException("--missed must be between 1 and --events.");
        if (parsed.GetValue(Missed) is not null && parsed.GetValue(Spread)) throw new BenchmarkException("--missed and --spread exclude each other.");
        await using var site = await Site.StartAsync(parsed.GetValue(Server), parsed.GetValue(Redis));
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        using var redis = await RedisSocket.ConnectAsync(site.Redis);
        var storm = new ResumeStorm(site, bus, redis)
        {
            Clients = parsed.GetValue(Clients),
            Events = parsed.GetValue(Events),
            Missed = parsed.GetValue(Missed) ?? parsed.GetValue(Events),
            IsSpread = parsed.GetValue(Spread),
            IsWatched = parsed.GetValue(Watched),
            Rate = parsed.GetValue(Rate),
            TextBytes = parsed.GetValue(TextBytes),
        };
        await storm.RunAsync();
        var rounds = new List<ResumeRound>();
        for (var i = 0; i < parsed.GetValue(Rounds); i++) rounds.Add(await storm.RunAsync());

        var connect = new Sample(rounds.SelectMany(round => round.FromConnect));
        var request = new Sample(rounds.SelectMany(round => round.FromRequest));
        var all = new Sample(rounds.Select(round => round.Seconds));
        var table = new Table("clients", "log", "missed by each", "rounds", "all caught up, median (worst)", "from connect p50 / p99 / max", "from request p50 / p99 / max", "Redis calls a round: scripts / ranges read", "sent away at first", "events checked");
        table.Add($"{storm.Clients}", $"{storm.Events}", storm.IsSpread ? "spread" : $"{storm.Missed}", $"{rounds.Count}",
            storm.Rate > 0 ? $"{storm.Rate}/s" : $"{all.P50:F2} s ({all.Max:F2} s)", Milliseconds(connect), Milliseconds(request),
            $"{new Sample(rounds.Select(round => (double)round.Scripts)).P50:F0} / {new Sample(rounds.Select(round => (double)round.Ranges)).P50:F0}",
            $"{rounds.Sum(round => round.SentAway)}", $"{rounds.Sum(round => round.EventsRead)}");
        table.Print(parsed.GetValue(Markdown));
        return 0;
    }

    private static string Milliseconds(Sample sample) => $"{sample.P50:F1} / {sample.P99:F1} / {sample.Max:F1} ms";
}
