using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Reverb;

/// <summary>The members of a frame while they are written.</summary>
internal sealed class ReverbData(StoredEvent stored, ReverbMemory memory, bool isFlat)
{
    private const string Source = "cognesy";

    private readonly PayloadWriter _written = new();

    public StoredEvent Stored => stored;

    public ReverbMemory Memory => memory;

    /// <summary>The canonical payload. A member is taken when it has found its place in the frame.</summary>
    public NativeBody Payload { get; } = new(stored.Payload);

    /// <summary>Whether it came in this vocabulary.</summary>
    public bool IsOwn => stored.Source == Source;

    /// <summary>The run, else the execution that it belongs to; empty when it belongs to neither.</summary>
    public string Scope => stored.RunId ?? stored.ExecutionId ?? "";

    /// <summary>The frame's members, as far as they are written.</summary>
    public PayloadWriter Written => _written;

    /// <summary>Begins the frame. Flat ones have the envelope's members among the others, on WebSocket with the cursor as <c>id</c>.</summary>
    public PayloadWriter Begin(ReverbName name)
    {
        _written.BeginNative();
        return isFlat && name.Flat is not null ? WriteHead(_written, name.Flat).Reserve("id") : _written;
    }

    /// <summary>Writes a member as it is, or null when there is none.</summary>
    public PayloadWriter Move(string name) => Json(name, Payload.Take(name));

    /// <summary>Writes a member, or null when there is none.</summary>
    public PayloadWriter Json(string name, JsonElement? value) => value is { } json ? _written.Json(name, json) : _written.Null(name);

    public PayloadWriter Text(string name, string? text) => text is null ? _written.Null(name) : _written.Text(name, text);

    public PayloadWriter Number(string name, long? number) => number is null ? _written.Null(name) : _written.Number(name, number);

    /// <summary>Whether a member is to be written a second time, under the name that Cognesy's own broadcaster has for it.</summary>
    public bool HasSecondName(string name) => !isFlat && Payload.Member(name) is null;

    /// <summary>Writes the other members, and the frame around them.</summary>
    public ReadOnlyMemory<byte> Finish(ReverbName name)
    {
        _written.Restore(Payload);
        if (isFlat) return _written.Finish().Utf8;
        return WriteHead(new PayloadWriter().BeginNative(), name.Envelope).Object("payload", _written.Finish()).Finish().Utf8;
    }

    /// <summary>A whole number of the payload; it isn't taken.</summary>
    public int? Whole(string name) => Payload.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var whole) ? whole : null;

    private PayloadWriter WriteHead(PayloadWriter frame, string type)
    {
        frame.Text("type", type).Text("session_id", stored.SessionId ?? EventRules.ReservedSessionId);
        if (stored.ExecutionId is null && stored.RunId is null) frame.Null("execution_id");
        else frame.Text("execution_id", stored.ExecutionId ?? stored.RunId);
        return frame.Text("timestamp", stored.Timestamp);
    }
}
