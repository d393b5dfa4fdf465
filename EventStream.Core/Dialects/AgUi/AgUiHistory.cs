using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>The messages of a session in the order in which AG-UI's clients keep them. Bounded; the oldest go first.</summary>
internal sealed class AgUiHistory
{
    /// <summary>The most characters of all texts, ids and names; what is open stays in any case.</summary>
    // A client takes no frame above 10 MB, and a character takes up to three bytes.
    public const int MaxLength = 2 * 1024 * 1024;

    /// <summary>The most messages.</summary>
    public const int MaxMessages = 10_000;

    // What .NET keeps for a message besides its characters.
    private const int MessageBytes = 400;

    private readonly List<AgUiMessage> _messages = [];
    private readonly Dictionary<(AgUiKind, string), AgUiMessage> _byKey = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly PayloadWriter _json = new();
    private long _length;

    /// <summary>Whether no message was dropped: a snapshot deletes what it doesn't name.</summary>
    public bool IsWhole { get; private set; } = true;

    public bool IsEmpty => _messages.Count == 0;

    public IReadOnlyList<AgUiMessage> Messages => _messages;

    /// <summary>About how many bytes they take.</summary>
    public long Bytes => sizeof(char) * _length + MessageBytes * _messages.Count;

    /// <summary>What was started and hasn't ended, the oldest first.</summary>
    public IEnumerable<AgUiMessage> Open => _messages.Where(message => message.IsOpen);

    public AgUiMessage? Find(AgUiKind kind, string key) => _byKey.GetValueOrDefault((kind, key));

    /// <summary>Adds a message where clients put it: a result behind its call and the results there, all else at the end.</summary>
    public AgUiMessage Add(AgUiKind kind, string key, string? subagent, string? role = null, AgUiMessage? call = null, string? nativeId = null)
    {
        var message = new AgUiMessage { Kind = kind, Key = key, Id = nativeId is not null && !_ids.Contains(nativeId) ? nativeId : FreeId(kind, key), BegunBy = subagent, Role = role ?? "assistant", ToolCallId = call?.Id ?? "" };
        _byKey[(kind, key)] = message;
        _ids.Add(message.Id);
        _length += message.Length;
        var at = call is null ? -1 : _messages.IndexOf(call);
        if (at < 0) at = _messages.Count;
        else do at++; while (at < _messages.Count && _messages[at].Kind == AgUiKind.Result);
        _messages.Insert(at, message);
        Trim(message);
        return message;
    }

    public void Append(AgUiMessage message, string text)
    {
        message.Text.Append(text);
        _length += text.Length;
        Trim(message);
    }

    /// <summary>Gives a call another tool, or an activity another kind.</summary>
    public void Rename(AgUiMessage message, string name)
    {
        _length += name.Length - message.ToolName.Length;
        message.ToolName = name;
        Trim(message);
    }

    /// <summary>Has an activity show something else.</summary>
    public void Show(AgUiMessage message, SharedState state)
    {
        _length -= message.Length;
        message.State = state;
        _length += message.Length;
        Trim(message);
    }

    public void Replace(AgUiMessage message, string text)
    {
        _length -= message.Text.Length;
        message.Text.Clear();
        Append(message, text);
    }

    public void Clear()
    {
        _messages.Clear();
        _byKey.Clear();
        _ids.Clear();
        (_length, IsWhole) = (0, true);
    }

    /// <summary>All messages as a JSON array.</summary>
    /// <param name="posted">What a client holds: it stays, in its place among the others.</param>
    /// <param name="withOpen">Whether with those that are still being told.</param>
    public byte[] ToJson(IReadOnlyList<AgUiPostedMessage> posted, bool withOpen = true)
    {
        var json = new MemoryStream();
        var told = new HashSet<string>(StringComparer.Ordinal);
        var places = posted.Count == 0 ? [] : _messages.Select((message, place) => (message.Id, place)).ToDictionary(StringComparer.Ordinal);
        var next = 0;
        foreach (var message in posted)
        {
            if (!told.Add(message.Id)) continue;
            var known = places.GetValueOrDefault(message.Id, -1);
            while (next < known) Write(_messages[next++]);
            WriteJson(known < 0 || message.IsRich ? message.Json : _messages[known].ToJson(_json));
        }
        while (next < _messages.Count) Write(_messages[next++]);
        json.Write(json.Length == 0 ? "[]"u8 : "]"u8);
        return json.ToArray();

        void Write(AgUiMessage message)
        {
            if ((withOpen || !message.IsOpen) && told.Add(message.Id)) WriteJson(message.ToJson(_json));
        }

        void WriteJson(ReadOnlyMemory<byte> message)
        {
            json.Write(json.Length == 0 ? "["u8 : ","u8);
            json.Write(message.Span);
        }
    }

    private void Trim(AgUiMessage kept)
    {
        for (var i = 0; (_length > MaxLength || _messages.Count > MaxMessages) && i < _messages.Count;)
        {
            if (_messages[i].IsOpen || _messages[i] == kept) i++;
            else Drop(i);
        }
    }

    private void Drop(int at)
    {
        var message = _messages[at];
        _messages.RemoveAt(at);
        _byKey.Remove((message.Kind, message.Key));
        _ids.Remove(message.Id);
        _length -= message.Length;
        IsWhole = false;
    }

    // Clients find messages of every kind by the id alone; canonical ids are unique within a kind.
    private string FreeId(AgUiKind kind, string key)
    {
        var prefix = kind switch { AgUiKind.Text => "message", AgUiKind.Reasoning => "reasoning", AgUiKind.Call => "call", AgUiKind.Activity => "activity", _ => "result" };
        var id = kind is AgUiKind.Reasoning or AgUiKind.Result ? $"{prefix}-{key}" : key;
        while (_ids.Contains(id)) id = $"{prefix}-{id}";
        return id;
    }
}
