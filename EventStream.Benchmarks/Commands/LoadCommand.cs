using System.CommandLine;
using EventStream.Benchmarks.Load;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>Loads any server of Server-Sent Events from outside.</summary>
internal static class LoadCommand
{
    private static readonly Argument<string[]> Scenarios = new("scenario")
    {
        Description = $"What to run, one after the other.\n{string.Join('\n', LoadScenario.All.Select(scenario => $"{scenario.Name}: {scenario.Description}"))}",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = string.Join('|', LoadScenario.All.Select(scenario => scenario.Name)),
    };

    private static readonly Option<UrlTemplate?> Url = Template("--url", "A running server's streams, such as http://127.0.0.1:8000/events/{session}; else one of ours is started, with a Redis.");
    private static readonly Option<UrlTemplate?> PostUrl = Template("--post-url", "Where events are posted, such as http://127.0.0.1:8100/pub/{session}; by default --url.");
    private static readonly Option<string?> Redis = CommonOptions.Redis();
    private static readonly Option<int[]> ServerPid = Processes("--server-pid", "The server's processes, whose CPU and memory are counted; the one that is started when absent.");
    private static readonly Option<int[]> RedisPid = Processes("--redis-pid", "Redis' process, whose CPU is counted.");
    private static readonly Option<PublishBy> Publish = new("--publish") { Description = "How events get to the server: our EventDispatcher over Redis (logged), plain PUBLISH session:<id> at Redis, or HTTP POST.", DefaultValueFactory = _ => PublishBy.Dispatcher };
    private static readonly Option<int?> Streams = Own("--streams", 1, 19_000, "Streams, instead of the scenario's own number.");
    private static readonly Option<int?> Sessions = Own("--sessions", 1, 19_000, "Sessions that they are spread over evenly.");
    private static readonly Option<int?> Rate = Own("--rate", 1, 1_000_000, "Events a second of all sessions (paced, sparse, large).");
    private static readonly Option<int?> Window = Own("--window", 1, 10_000_000, "Deliveries outstanding at most (flood, many).");
    private static readonly Option<int?> Seconds = Own("--seconds", 1, 3600, "How long to measure.");
    private static readonly Option<int?> WarmUp = Own("--warm-up", 0, 600, "Seconds of warming up before that, which don't count.");
    private static readonly Option<int?> Bytes = Own("--bytes", 200, 200_000, "Size of an envelope; 250 by default.");
    private static readonly Option<LoadDialect?> Dialect = DialectOption();
    private static readonly Option<bool> Tls = new("--tls") { Description = "Streams over TLS 1.3 (TLS_AES_128_GCM_SHA256) of a server that is started here. A named one has an https address; its certificate isn't checked." };
    private static readonly Option<bool> Http2 = new("--http2") { Description = "Streams over HTTP/2 and TLS, one to a connection. Needs an https --url, or --tls." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one line of JSON for each scenario." };
    private static readonly Option<bool> SelfTest = new("--self-test") { Description = "Check the generator against a server with known faults, and measure nothing." };

    public static Command Create()
    {
        var command = new Command("load", "Loads any server of Server-Sent Events, over its own sockets: deliveries, processor time of the server for each, latency from the intended send time, "
            + "memory; every event is checked on every stream. Linux only. What is published by the dispatcher costs the generator, never the server.")
        {
            Scenarios, Url, Redis, Publish, PostUrl, ServerPid, RedisPid, Streams, Sessions, Rate, Window, Seconds, WarmUp, Bytes, Dialect, Tls, Http2, Json, SelfTest,
            LoadTableCommand.Create(), LoadCurveCommand.Create(), LoadStartCommand.Create(),
        };
        Scenarios.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => LoadScenario.Find(token.Value) is null))
                result.AddError($"'{token.Value}' is no scenario: {Scenarios.HelpName!.Replace("|", ", ", StringComparison.Ordinal)}.");
        });
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(SelfTest)) return await LoadSelfTest.RunAsync(Console.Out) ? 0 : 1;
        if (parsed.GetValue(Scenarios) is not { Length: > 0 } names) throw new BenchmarkException($"Name a scenario: {Scenarios.HelpName!.Replace("|", ", ", StringComparison.Ordinal)}. See load --help.");
        var url = parsed.GetValue(Url);
        if (url is null && parsed.GetValue(ServerPid) is { Length: > 0 }) throw new BenchmarkException("--server-pid belongs to a server that is named with --url.");
        var isWhole = true;
        if (url is not null && parsed.GetValue(Tls)) throw new BenchmarkException("--tls is for a server that is started here: name one that has TLS by its https address.");
        await using var site = url is not null ? null : parsed.GetValue(Tls) ? await Site.StartSecureAsync(parsed.GetValue(Redis)) : await Site.StartAsync(server: null, parsed.GetValue(Redis));
        foreach (var name in names)
        {
            var scenario = ScenarioFor(parsed, LoadScenario.Find(name)!);
            // A server that has done work before holds memory already, which would hide what the idle streams add.
            if (scenario.Kind == LoadKind.Idle && site is not null) await site.RestartServerAsync();
            var figures = await new LoadRun(TargetOf(parsed, url, site), scenario, scenario.Dialect is { } dialect ? $"{name}, {dialect.Name}" : null).RunAsync();
            Console.Write(parsed.GetValue(Json) ? $"{figures.ToJson()}\n" : figures.ToString());
            isWhole &= figures.IsWhole;
        }
        return isWhole ? 0 : 1;
    }

    private static LoadTarget TargetOf(ParseResult parsed, UrlTemplate? url, Site? site)
    {
        var streams = url ?? UrlTemplate.TryParse($"{site!.Server}events/{UrlTemplate.Place}")!;
        var secured = site?.SecureServer is { } secure ? UrlTemplate.TryParse($"{secure}events/{UrlTemplate.Place}")! : streams;
        return new LoadTarget
        {
            Url = parsed.GetValue(Http2) ? secured.OverHttp2() : secured,
            PublishBy = parsed.GetValue(Publish),
            PostUrl = parsed.GetValue(PostUrl) ?? streams,
            Redis = site?.Redis ?? parsed.GetValue(Redis),
            ServerIds = site is null ? parsed.GetValue(ServerPid)! : [site.ProcessId!.Value],
            RedisIds = site?.OwnRedis is { } own ? [own.ProcessId] : parsed.GetValue(RedisPid)!,
        };
    }

    private static LoadScenario ScenarioFor(ParseResult parsed, LoadScenario scenario)
    {
        var streams = parsed.GetValue(Streams) ?? scenario.Streams;
        var sessions = parsed.GetValue(Sessions) ?? Math.Min(scenario.Sessions, streams);
        if (sessions > streams) throw new BenchmarkException($"{sessions} --sessions can't have {streams} --streams: each session has at least one.");
        if (parsed.GetValue(Dialect) is not null && scenario.Kind is not (LoadKind.Paced or LoadKind.Flood)) throw new BenchmarkException($"'{scenario.Name}' has no --dialect; paced, sparse, flood, large and many have.");
        return scenario with
        {
            Streams = streams,
            Sessions = sessions,
            Rate = parsed.GetValue(Rate) ?? scenario.Rate,
            Window = parsed.GetValue(Window) ?? scenario.Window,
            Seconds = parsed.GetValue(Seconds) ?? scenario.Seconds,
            WarmUpSeconds = parsed.GetValue(WarmUp) ?? scenario.WarmUpSeconds,
            Bytes = parsed.GetValue(Bytes) ?? scenario.Bytes,
            Dialect = parsed.GetValue(Dialect),
        };
    }

    private static Option<LoadDialect?> DialectOption() => new("--dialect")
    {
        Description = "Streams are asked for in a language of others, each a run that has begun (paced, sparse, flood, large, many).",
        HelpName = string.Join('|', LoadDialect.All.Select(dialect => dialect.Name)),
        CustomParser = result => LoadDialect.All.FirstOrDefault(dialect => dialect.Name == result.Tokens[0].Value)
            ?? CommonOptions.Fail<LoadDialect?>(result, $"must be one of {string.Join(", ", LoadDialect.All.Select(dialect => dialect.Name))}"),
    };

    private static Option<int?> Own(string name, int least, int most, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int?>() is not { } value || value >= least && value <= most) return;
            result.AddError($"{name} must be between {least} and {most}.");
        });
        return option;
    }

    private static Option<UrlTemplate?> Template(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URL",
        CustomParser = result => UrlTemplate.TryParse(result.Tokens[0].Value)
            ?? CommonOptions.Fail<UrlTemplate?>(result, "must be an http or https address with {session} in its path, such as http://127.0.0.1:8000/events/{session}"),
    };

    private static Option<int[]> Processes(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PID,...",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var ids = result.Tokens[0].Value.Split(',').Select(text => int.TryParse(text, out var id) ? id : -1).ToArray();
            return ids.All(id => id > 0 && Directory.Exists($"/proc/{id}")) ? ids : CommonOptions.Fail<int[]>(result, "must name running processes, such as 4711 or 4711,4712");
        },
    };
}
