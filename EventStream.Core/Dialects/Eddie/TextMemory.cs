using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.Eddie;

/// <summary>The texts of the messages and thoughts that a connection saw begin or grow: as many as a session's state has open, of 1 MiB in all.</summary>
internal sealed class TextMemory(TextBudget budget)
{
    private const int MaxBytes = 1024 * 1024;

    private readonly OrderedDictionary<(string? Session, string Id, bool IsThought), KnownText> _open = [];
    private long _counted;

    /// <summary>A message or thought from its start.</summary>
    public KnownText Begin(StoredEvent stored, string id, bool isThought)
    {
        _open.Remove((stored.SessionId, id, isThought));
        return Of(stored, id, isThought);
    }

    /// <summary>The known text of a message or thought, empty when it is new.</summary>
    public KnownText Of(StoredEvent stored, string id, bool isThought)
    {
        if (Find(stored, id, isThought) is { } known) return known;
        if (_open.Count >= SessionState.MaxOpenMessages) _open.RemoveAt(0);
        return _open[(stored.SessionId, id, isThought)] = new KnownText();
    }

    public KnownText? Find(StoredEvent stored, string id, bool isThought) => _open.GetValueOrDefault((stored.SessionId, id, isThought));

    public void Drop(StoredEvent stored, string id, bool isThought) => _open.Remove((stored.SessionId, id, isThought));

    /// <summary>Forgets the message or thought that an event ends.</summary>
    public void DropWhatEnds(StoredEvent stored)
    {
        if (stored.Type is "agent_message_end" or "agent_thought" && new NativeBody(stored.Payload).MemberText("message_id") is { } id)
            Drop(stored, id, stored.Type == "agent_thought");
    }

    /// <summary>Forgets those that began first until the rest fits.</summary>
    public void Trim()
    {
        Count();
        while (_counted > MaxBytes || (_counted > TextBudget.MinBytes && budget.IsExceeded))
        {
            _open.RemoveAt(0);
            Count();
        }
    }

    /// <summary>Forgets all: the connection has ended.</summary>
    public void Clear()
    {
        _open.Clear();
        Count();
    }

    // An id may be as long as a text.
    private void Count()
    {
        var bytes = _open.Sum(known => (long)known.Key.Id.Length + known.Value.Length);
        budget.Change(bytes - _counted);
        _counted = bytes;
    }

    /// <summary>Forgets all of a session.</summary>
    public void DropSession(StoredEvent stored)
    {
        foreach (var key in _open.Keys.Where(key => key.Session == stored.SessionId).ToList()) _open.Remove(key);
    }
}
