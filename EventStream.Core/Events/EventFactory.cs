using System.Buffers.Binary;
using EventStream.Events.Payloads;

namespace EventStream.Events;

/// <summary>Makes envelopes with ids and timestamps.</summary>
public sealed class EventFactory(TimeProvider time)
{
    /// <summary>A new event id: a UUIDv7, so that ids sort by time.</summary>
    /// <remarks>It has to be unique and no secret: 74 bits of the runtime's generator, which each thread seeds at random, at a tenth of the cost of the system's.</remarks>
    public string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        // 48 bits of milliseconds since 1970, version 7, variant 10
        BinaryPrimitives.WriteInt64BigEndian(bytes, (time.GetUtcNow().ToUnixTimeMilliseconds() << 16) | 0x7000 | (uint)(BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>An envelope around a typed payload.</summary>
    /// <exception cref="EventRejectedException">A member breaks a rule of the envelope.</exception>
    public Event Create(string sessionId, CanonicalPayload payload, PublishOptions options = default) =>
        Create(sessionId, EventCatalogue.Of(payload).Name, EventPayload.From(payload), options);

    /// <summary>An envelope around any payload.</summary>
    /// <exception cref="EventRejectedException">A member breaks a rule of the envelope.</exception>
    public Event Create(string sessionId, string type, EventPayload payload, PublishOptions options = default)
    {
        var envelope = CreateUnchecked(sessionId, type, payload, options);
        EventRules.Check(envelope);
        EventRules.RequireWhole(EnvelopeMember.AgentId.Pointer, envelope.AgentId);
        RunLease.Check([envelope], options.Claim, options.Lease);
        return envelope;
    }

    /// <summary>An envelope that only the server writes; its members are known to be good.</summary>
    internal Event CreateControl(string sessionId, CanonicalPayload payload, string? projectId = null) =>
        CreateUnchecked(sessionId, EventCatalogue.Of(payload).Name, EventPayload.From(payload), new PublishOptions { ProjectId = projectId });

    private Event CreateUnchecked(string sessionId, string type, EventPayload payload, PublishOptions options) => new()
    {
        EventId = options.EventId ?? NewId(),
        SessionId = sessionId,
        Timestamp = options.Timestamp ?? time.GetUtcNow(),
        Type = type,
        Payload = payload,
        RunId = EventReader.PromoteRunId(payload, options.RunId),
        ProjectId = options.ProjectId,
        AgentId = options.AgentId,
        Traceparent = options.Traceparent,
    };
}
