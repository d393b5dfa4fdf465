using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Argos;

/// <summary>Writes stored events as Argos' own clients read them: <c>{type, timestamp, job|run|step|message|nodeState, errorMessage?}</c>.</summary>
internal sealed class ArgosDialect : IDialect
{
    public string Name => ArgosNames.Source;

    public DialectKind Kind => DialectKind.Shared;

    // Argos' clients know no greeting and no heartbeat.
    public void WriteOpening(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public void WriteHeartbeat(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        var frame = new ArrayBufferWriter<byte>(next.Envelope.Length + 64);
        if (TryWrite(next.Envelope.Span, frame, out var name)) output.Add(new DialectMessage(EventNames.IsValid(name) ? name : next.Type, frame.WrittenMemory));
    }

    /// <summary>Writes one event as one JSON object on one line; a pure function of the envelope.</summary>
    /// <param name="envelope">The envelope as <see cref="Events.EventWriter"/> writes it.</param>
    /// <param name="output">Takes the object; nothing when the answer is false.</param>
    /// <param name="name">The frame's <c>type</c>. A native one may be any text, so check it before it becomes an <c>event:</c> line.</param>
    /// <returns>False only when the bytes are no envelope.</returns>
    /// <remarks>
    /// An event without a model in Argos is written as <c>{type, timestamp, payload}</c> under its canonical name, which Argos' clients ignore. Errors without
    /// a type come out as <c>{type: "run_error", timestamp, error, message, …}</c>: <c>error</c> is no name that a browser takes for an event.
    /// </remarks>
    public static bool TryWrite(ReadOnlySpan<byte> envelope, IBufferWriter<byte> output, out string name)
    {
        name = "";
        if (StoredEvent.Read(envelope) is not { } stored) return false;
        var frame = new PayloadWriter();
        name = (stored.IsPlain ? Write(stored, frame) : null) ?? WritePayload(stored, frame);
        output.Write(frame.Finish().Utf8.Span);
        return true;
    }

    /// <summary>A time as Python's <c>isoformat()</c> writes it; older Pythons read no <c>Z</c>.</summary>
    internal static string? Time(StoredEvent stored) => NativeTime.Read(stored.Timestamp) is { } time
        ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture) : stored.Timestamp;

    internal static bool IsOwn(StoredEvent stored) => stored.Source == ArgosNames.Source;

    private static string? Write(StoredEvent stored, PayloadWriter frame) => stored.Type switch
    {
        "custom_event" when IsOwn(stored) => WriteUnknown(stored, frame),
        "run_error" when IsOwn(stored) => WriteError(stored, frame),
        _ => ArgosModel.Find(stored.Type)?.Write(stored, frame),
    };

    // An unknown event of Argos was stored whole, so its value is the frame.
    private static string? WriteUnknown(StoredEvent stored, PayloadWriter frame)
    {
        var payload = new NativeBody(stored.Payload);
        if (payload.MemberText("name") is not { } name || Wtf8.IndexOfHalf(name) >= 0 || payload.Member("value") is not { ValueKind: JsonValueKind.Object } value || !NativeBody.IsPlain(value)) return null;
        var members = new NativeBody(value);
        if (members.MemberText("type") == name) members.Drop("type");
        frame.BeginNative().Text("type", name);
        if (members.Member("timestamp") is null) frame.Text("timestamp", Time(stored));
        frame.Remaining(members);
        return name;
    }

    private static string WriteError(StoredEvent stored, PayloadWriter frame)
    {
        var payload = new NativeBody(stored.Payload);
        if (payload.MemberText("agent") == "system") payload.Drop("agent");
        frame.BeginNative().Text("type", stored.Type).Text("timestamp", Time(stored)).Text("error", payload.TakeText("error_type")).Restore(payload);
        return stored.Type;
    }

    private static string WritePayload(StoredEvent stored, PayloadWriter frame)
    {
        frame.BeginNative().Text("type", stored.Type).Text("timestamp", Time(stored)).Json("payload", stored.Payload);
        return stored.Type;
    }
}
