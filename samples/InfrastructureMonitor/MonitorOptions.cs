using System.Globalization;
using EventStream.Bus.Redis;
using EventStream.Events;

namespace InfrastructureMonitor;

/// <summary>The arguments of the command line.</summary>
internal sealed record MonitorOptions
{
    public const string KeyVariable = "EVENTSTREAM_KEY";

    public const string Usage = """
        Reports on this machine as an agent does: every round is a run with tool calls, metrics and a message.

        Usage: InfrastructureMonitor [options]

          --session ID         the session to publish under (demo)
          --server URL         the EventStream server (http://localhost:8000)
          --key KEY            the server's key, as `keys new ID` printed it; better in the environment
                               variable EVENTSTREAM_KEY, which other users of the machine can't read
          --redis HOST:PORT    publish to Redis directly, without a server; also redis://USER:PASSWORD@HOST:PORT,
                               and rediss:// for TLS
          --listen             wait until somebody asks the agent infrastructure_monitor for a run, and do a
                               round for each; goes on until Ctrl+C
          --rounds N           how many rounds; 0 goes on until Ctrl+C (3)
          --interval SECONDS   the pause between rounds (2)
          --help               this text
        """;

    public string Session { get; private init; } = "demo";

    public Uri Server { get; private init; } = new("http://localhost:8000");

    public string? Redis { get; private init; }

    public string? Key { get; private init; }

    public int Rounds { get; private init; } = 3;

    public TimeSpan Interval { get; private init; } = TimeSpan.FromSeconds(2);

    public bool Listens { get; private init; }

    public bool IsHelp { get; private init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">Those of the process.</param>
    /// <param name="key">The key of the environment, which counts when the arguments give none; null when there is none.</param>
    /// <exception cref="FormatException">An argument is wrong; the message says which and what it must be.</exception>
    public static MonitorOptions Parse(IReadOnlyList<string> arguments, string? key = null)
    {
        var options = new MonitorOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name is "--help" or "-h") return options with { IsHelp = true };
            if (name == "--listen")
            {
                options = options with { Listens = true };
                continue;
            }
            if (name is not ("--session" or "--server" or "--key" or "--redis" or "--rounds" or "--interval"))
                throw new FormatException($"'{name}' is no option.");
            if (++i == arguments.Count) throw new FormatException($"{name} needs a value.");
            options = options.With(name, arguments[i]);
        }
        if (options.Redis is null) return options.Key is null && !string.IsNullOrEmpty(key) ? options.WithKey(key, KeyVariable) : options;
        return options.Key is null ? options : throw new FormatException("--key is for a server; Redis has users and passwords of its own. Leave --key or --redis out.");
    }

    // The message doesn't repeat the value, which may be nearly a key.
    private MonitorOptions WithKey(string key, string name) => key.Length > 0 && key.All(c => c is > ' ' and <= '~')
        ? this with { Key = key }
        : throw new FormatException($"{name} must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.");

    private MonitorOptions With(string name, string value) => name switch
    {
        "--session" when EventRules.IsId(value) && value != EventRules.ReservedSessionId => this with { Session = value },
        "--session" => throw Wrong(name, value, "1 to 128 letters, digits or any of . _ : @ -, and not 'broadcast'"),
        "--server" when Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" => this with { Server = uri },
        "--server" => throw Wrong(name, value, "a URL such as http://localhost:8000"),
        "--key" => WithKey(value, name),
        "--redis" when value.Contains("://", StringComparison.Ordinal) => new RedisBusOptions { ConnectionString = value }.Problem() is { } problem ? throw new FormatException($"--redis: {problem}") : this with { Redis = value },
        "--redis" when IsHostAndPort(value) => this with { Redis = value },
        "--redis" => throw Wrong(name, value, "HOST:PORT, such as localhost:6379"),
        "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) => this with { Rounds = rounds },
        "--rounds" => throw Wrong(name, value, "a whole number, 0 or more"),
        _ when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86400 =>
            this with { Interval = TimeSpan.FromSeconds(seconds) },
        _ => throw Wrong(name, value, "seconds between 0 and 86400, such as 2 or 0.5"),
    };

    private static bool IsHostAndPort(string value) =>
        value.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    private static FormatException Wrong(string name, string value, string expected) => new($"{name} must be {expected}; '{value}' is not.");
}
