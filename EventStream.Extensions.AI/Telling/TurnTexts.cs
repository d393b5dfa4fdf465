using System.Text.Json;
using EventStream.Events.Payloads;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Telling;

/// <summary>The messages and thoughts of a turn. Providers use message ids again, change them or give none, so each message gets an id of its own.</summary>
internal sealed class TurnTexts(QuietPublisher publisher, string? self)
{
    // Half of what an event holds when every character is escaped.
    private const int MaxPiece = 20_000;

    private readonly Dictionary<string, OpenText> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenText> _thoughts = new(StringComparer.Ordinal);
    private string _key = "";
    private string? _author;
    private ChatRole? _role;

    /// <summary>Finds out which message an update belongs to: that of its id, else the one before it. Several may be on their way at once, as the choices of a model are.</summary>
    public async ValueTask MoveToAsync(ChatResponseUpdate update)
    {
        var hasOtherRole = update.Role is { } role && _role is { } before && role != before;
        var hasOtherAuthor = update.AuthorName is { Length: > 0 } author && _author is { Length: > 0 } last && author != last;
        if (hasOtherRole) await EndAllAsync().ConfigureAwait(false);
        else if (hasOtherAuthor) await EndAsync(_key).ConfigureAwait(false);
        (_role, _author) = (update.Role ?? _role, update.AuthorName is { Length: > 0 } named ? named : _author);
        if (update.MessageId is not { Length: > 0 } id || id == _key) return;
        // A message whose id comes late is still the same.
        if (_key.Length == 0 && !hasOtherAuthor)
        {
            if (_messages.Remove("", out var message)) _messages.TryAdd(id, message);
            if (_thoughts.Remove("", out var thought)) _thoughts.TryAdd(id, thought);
        }
        _key = id;
    }

    public async ValueTask SayAsync(string text, bool isRefusal = false)
    {
        if (text.Length == 0) return;
        await EndThoughtAsync(_key).ConfigureAwait(false);
        if (!_messages.TryGetValue(_key, out var message))
        {
            _messages[_key] = message = Open("msg");
            var role = _role is { } who && who != ChatRole.Assistant ? who.Value : null;
            await publisher.PublishAsync(new AgentMessageStart { MessageId = message.Id, Agent = message.Agent, Role = role, Others = Source(message) }).ConfigureAwait(false);
        }
        message.IsRefusal |= isRefusal;
        message.Append(text);
        foreach (var piece in PiecesOf(text))
            await publisher.PublishAsync(new AgentMessageDelta { MessageId = message.Id, Delta = piece, Agent = message.Agent, Others = isRefusal ? Refusal() : null }).ConfigureAwait(false);
    }

    public async ValueTask ThinkAsync(string text)
    {
        if (text.Length == 0) return;
        if (!_thoughts.TryGetValue(_key, out var thought)) _thoughts[_key] = thought = Open("thought");
        thought.Append(text);
        foreach (var piece in PiecesOf(text))
            await publisher.PublishAsync(new AgentThoughtDelta { MessageId = thought.Id, Delta = piece, Agent = thought.Agent }).ConfigureAwait(false);
    }

    /// <summary>Ends what is open of the message that the last update belongs to.</summary>
    public ValueTask EndCurrentAsync() => EndAsync(_key);

    /// <summary>Ends everything that is open. The next update begins a message.</summary>
    public async ValueTask EndAllAsync()
    {
        foreach (var key in _thoughts.Keys.Concat(_messages.Keys).Distinct(StringComparer.Ordinal).ToList()) await EndAsync(key).ConfigureAwait(false);
        (_key, _role, _author) = ("", null, null);
    }

    private async ValueTask EndAsync(string key)
    {
        await EndThoughtAsync(key).ConfigureAwait(false);
        if (!_messages.Remove(key, out var message)) return;
        await publisher.PublishAsync(new AgentMessageEnd
        {
            MessageId = message.Id,
            Content = message.Content,
            Agent = message.Agent,
            ContentTruncated = message.IsTooLong ? true : null,
            Others = message.IsRefusal ? Refusal() : null,
        }).ConfigureAwait(false);
    }

    private async ValueTask EndThoughtAsync(string key)
    {
        if (!_thoughts.Remove(key, out var thought)) return;
        var others = thought.IsTooLong ? new Dictionary<string, JsonElement> { ["content_truncated"] = ToolJson.True } : null;
        await publisher.PublishAsync(new AgentThought { Content = thought.Content, MessageId = thought.Id, Agent = thought.Agent, Others = others }).ConfigureAwait(false);
    }

    // An agent that runs alone is called as the run's agent is, whatever it calls itself.
    private OpenText Open(string prefix) => new($"{prefix}_{Guid.CreateVersion7():N}", _key.Length is > 0 and <= 256 ? _key : null, _author is null || _author == self ? publisher.Run.AgentId : _author);

    private static Dictionary<string, JsonElement>? Source(OpenText message) => message.SourceId is { } id ? new() { ["source_message_id"] = ToolJson.Text(id) } : null;

    private static Dictionary<string, JsonElement> Refusal() => new() { ["kind"] = ToolJson.Text("refusal") };

    private static IEnumerable<string> PiecesOf(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(MaxPiece, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1])) length--;
            yield return text.Substring(start, length);
            start += length;
        }
    }
}
