using System.Globalization;
using EventStream.Events;

namespace ChatAgent;

/// <summary>The arguments of the command line, and what the environment says besides.</summary>
internal sealed record Arguments
{
    public const string KeyVariable = "EVENTSTREAM_KEY";
    public const string ModelKeyVariable = "OPENAI_API_KEY";

    public const string Usage = """
        An agent that people chat with: it looks at this machine, and writes notes when somebody allows it.

        Usage: ChatAgent [options]

          --agent NAME         what it is asked as (assistant)
          --server URL         the EventStream server (http://localhost:8000)
          --key KEY            the server's key, as `keys new ID` printed it; better in the environment
                               variable EVENTSTREAM_KEY, which other users of the machine can't read
          --lease SECONDS      how long a run outlives this process when that is killed, 5 to 600 (30)
          --notes FILE         where it writes notes (chat-agent-notes.txt in the folder for temporary files)
          --endpoint URL       an OpenAI-compatible server of models, such as https://api.openai.com/v1 or
                               http://localhost:11434/v1; its key stands in OPENAI_API_KEY
          --model NAME         which of its models
          --help               this text

        Without --endpoint no model is asked: a script answers, and says so.
        """;

    public string Agent { get; private init; } = "assistant";

    public Uri Server { get; private init; } = new("http://localhost:8000");

    public string? Key { get; private init; }

    public TimeSpan Lease { get; private init; } = TimeSpan.FromSeconds(30);

    public string Notes { get; private init; } = Path.Combine(Path.GetTempPath(), "chat-agent-notes.txt");

    public Uri? Endpoint { get; private init; }

    public string? Model { get; private init; }

    public string? ModelKey { get; private init; }

    public bool IsHelp { get; private init; }

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">Those of the process.</param>
    /// <param name="variable">Reads the environment.</param>
    /// <exception cref="FormatException">An argument is wrong; the message says which and what it must be.</exception>
    public static Arguments Parse(IReadOnlyList<string> arguments, Func<string, string?> variable)
    {
        var options = new Arguments();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name is "--help" or "-h") return options with { IsHelp = true };
            if (name is not ("--agent" or "--server" or "--key" or "--lease" or "--notes" or "--endpoint" or "--model"))
                throw new FormatException($"'{name}' is no option.");
            if (++i == arguments.Count) throw new FormatException($"{name} needs a value.");
            options = options.With(name, arguments[i]);
        }
        if (options.Endpoint is null != options.Model is null) throw new FormatException("--endpoint and --model belong together; give both, or neither.");
        if (options.Key is null && variable(KeyVariable) is { Length: > 0 } key) options = options.WithKey(key, KeyVariable);
        return options with { ModelKey = variable(ModelKeyVariable) };
    }

    // The message doesn't repeat the value, which may be nearly a key.
    private Arguments WithKey(string key, string name) => key.Length > 0 && key.All(c => c is > ' ' and <= '~')
        ? this with { Key = key }
        : throw new FormatException($"{name} must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.");

    private Arguments With(string name, string value) => name switch
    {
        "--agent" when EventRules.IsId(value) => this with { Agent = value },
        "--agent" => throw Wrong(name, value, "1 to 128 letters, digits or any of . _ : @ -"),
        "--server" => this with { Server = Url(name, value, "http://localhost:8000") },
        "--key" => WithKey(value, name),
        "--lease" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 5 and <= 600 => this with { Lease = TimeSpan.FromSeconds(seconds) },
        "--lease" => throw Wrong(name, value, "seconds between 5 and 600, such as 30"),
        "--notes" when value.Length > 0 => this with { Notes = value },
        "--endpoint" => this with { Endpoint = Url(name, value, "https://api.openai.com/v1") },
        "--model" when value.Length > 0 => this with { Model = value },
        _ => throw new FormatException($"{name} needs a value."),
    };

    private static Uri Url(string name, string value, string example) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : throw Wrong(name, value, $"a URL such as {example}");

    private static FormatException Wrong(string name, string value, string expected) => new($"{name} must be {expected}; '{value}' is not.");
}
