using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.AgUi;

/// <summary>Writes events of AG-UI: no nulls, times in whole milliseconds, and no name for an <c>event:</c> line, so that <c>onmessage</c> of EventSource gets them.</summary>
internal sealed class AgUiWriter
{
    private readonly PayloadWriter _json = new();
    private List<DialectMessage> _output = [];
    private long? _timestamp;

    /// <summary>Where it writes to.</summary>
    public List<DialectMessage> Output => _output;

    /// <summary>Goes on writing to a list.</summary>
    /// <param name="output">The list.</param>
    /// <param name="timestamp">When the canonical event was published; null writes no time.</param>
    public void WriteTo(List<DialectMessage> output, string? timestamp)
    {
        _output = output;
        _timestamp = timestamp is not null && Rfc3339.TryParse(timestamp, out var time) ? time.ToUnixTimeMilliseconds() : null;
    }

    /// <summary>Writes an event.</summary>
    public ReadOnlyMemory<byte> Event(string type, string? subagent, Func<PayloadWriter, PayloadWriter> members)
    {
        var json = members(_json.BeginNative().Text("type", type)).Text("subagentRunId", subagent).Number("timestamp", _timestamp).Finish().Utf8;
        _output.Add(new DialectMessage("", json));
        return json;
    }

    /// <summary>Writes an event that came in as one of AG-UI.</summary>
    public void Native(string type, JsonElement members, string? subagent) => Event(type, subagent, json => json.Remaining(members.EnumerateObject().Where(member => member.Name is not ("timestamp" or "subagentRunId"))));

    /// <summary>Writes an event again.</summary>
    public void Again(ReadOnlyMemory<byte> json) => _output.Add(new DialectMessage("", json));

    /// <summary>Writes a canonical event that AG-UI has no words for.</summary>
    public void Custom(StoredEvent stored, string? subagent)
    {
        var (name, value) = (stored.Type, stored.Payload);
        if (name == "custom_event" && JsonText.MemberText(value, "name") is { Length: > 0 } own && JsonText.Member(value, "value") is { } said) (name, value) = (own, said);
        Event("CUSTOM", subagent, json => json.Text("name", name).Json("value", value));
    }
}
