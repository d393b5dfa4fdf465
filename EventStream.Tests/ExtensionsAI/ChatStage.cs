using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>A session that chats are told in, and a listener that reads it.</summary>
internal sealed partial class ChatStage(ServiceProvider services) : IAsyncDisposable
{
    private const string Mark = "test_mark";

    public string Session { get; } = $"s-{Guid.NewGuid():N}";

    public EventDispatcher Dispatcher => services.GetRequiredService<EventDispatcher>();

    public RunPublisher Run => Dispatcher.ForRun(Session, "r1");

    /// <summary>What a listener reads so far, as <c>type payload</c>. Ids that were made are numbered by kind.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync()
    {
        var told = await EventsAsync();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. told.Select(e => MadeId().Replace($"{e.Type} {e.Payload.GetRawText()}", Numbered))];

        string Numbered(Match id)
        {
            var kind = id.Groups["kind"].Value;
            if (!names.TryGetValue(id.Value, out var name)) names[id.Value] = name = string.Create(CultureInfo.InvariantCulture, $"{kind}#{names.Values.Count(other => other.StartsWith($"{kind}#", StringComparison.Ordinal)) + 1}");
            return name;
        }
    }

    /// <summary>What a listener reads so far.</summary>
    public async Task<IReadOnlyList<(string Type, JsonElement Payload, string? RunId)>> EventsAsync()
    {
        await Dispatcher.PublishAndConfirmAsync(Session, Mark, new { }, cancellationToken: TestContext.Current.CancellationToken);
        var told = new List<(string, JsonElement, string?)>();
        var marks = ++_marks;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Timeouts.Default);
        await foreach (var read in services.GetRequiredService<StreamListener>().ReadAsync(StreamKey.Session(Session), StartFrom.Earliest, cancellationToken: patience.Token))
        {
            if (read.Event.Type == Mark && --marks == 0) break;
            if (read.Event.Type is not (Mark or "session_stream_started")) told.Add((read.Event.Type, JsonElement.Parse(read.Event.Payload.ToString()), read.Event.RunId));
        }
        return told;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private int _marks;

    [GeneratedRegex("(?<kind>msg|thought|call|run)_[0-9a-f]{32}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MadeId();
}
