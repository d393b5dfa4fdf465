using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Dialects.Eddie;

/// <summary>The <c>data</c> of an event of Eddie while it is written.</summary>
internal readonly struct EddieData
{
    public EddieData(StoredEvent stored, string native, PayloadWriter written)
    {
        (Stored, Native, Payload, Written) = (stored, native, new NativeBody(stored.Payload), written);
        written.BeginNative();
    }

    /// <summary>Eddie's name for an event; null when it has none. The end of a message, which this server adds, is an update with the whole text.</summary>
    public static string? NativeOf(StoredEvent stored) => stored.SourceType ?? (stored.Type == "agent_message_end" ? "message.updated" : null);

    public StoredEvent Stored { get; }

    /// <summary>The canonical payload. A member is taken when it has found its native place.</summary>
    public NativeBody Payload { get; }

    public PayloadWriter Written { get; }

    /// <summary>The native name.</summary>
    public string Native { get; }

    /// <summary>Whether it went over a socket, or inside the process; the console's events are flat and name their type.</summary>
    public bool IsWire => IsOnWire(Native);

    public static bool IsOnWire(string native) => native.Contains('.', StringComparison.Ordinal) || native.StartsWith("Chat", StringComparison.Ordinal);

    /// <summary>Writes the members of both forms: the type where it stands inside, and the session unless the event names another.</summary>
    public void Begin()
    {
        if (!IsWire) Written.Text("type", Native);
        if (Payload.Member("sessionId") is null) Written.Text("sessionId", Stored.SessionId);
    }

    /// <summary>Writes a canonical member as it is, under its native name.</summary>
    public void Rename(string canonical, string native) => Written.Json(native, Payload.Take(canonical));

    /// <summary>Writes when it happened.</summary>
    public void Time()
    {
        if (IsWire && Payload.Member("timestamp") is null) Written.Text("timestamp", Stored.Timestamp);
    }

    /// <summary>Writes the agent; <c>assistant</c> stands for none.</summary>
    /// <param name="isNullable">Whether Eddie writes null when there is none.</param>
    public void Agent(bool isNullable = false)
    {
        var agent = Payload.TakeText("agent");
        if (agent == "assistant" && Stored.AgentId != agent) agent = null;
        if (agent is null && isNullable && IsWire && Payload.Member("agentId") is null) Written.Null("agentId");
        else Written.Text("agentId", agent);
    }

    /// <summary>Writes the remaining members.</summary>
    public bool End()
    {
        Written.Restore(Payload);
        return true;
    }

    public ReadOnlyMemory<byte> Finish() => Written.Finish().Utf8;

    /// <summary>An object of the payload that stands for all of the data; null when it is none.</summary>
    public NativeBody? TakeWhole(string name)
    {
        if (Payload.Member(name) is not { ValueKind: JsonValueKind.Object } whole || !NativeBody.IsPlain(whole)) return null;
        Payload.Drop(name);
        return new NativeBody(whole);
    }
}
