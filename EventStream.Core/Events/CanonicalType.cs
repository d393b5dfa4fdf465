using System.Text.Json.Serialization.Metadata;

namespace EventStream.Events;

/// <summary>A row of <see cref="EventCatalogue"/>.</summary>
public sealed class CanonicalType
{
    private JsonTypeInfo? _jsonType;

    internal CanonicalType(string name, EventFamily family, Type record, EventRole role = EventRole.None) =>
        (Name, Family, Record, Role) = (name, family, record, role);

    /// <summary>The event's <c>type</c>.</summary>
    public string Name { get; }

    /// <summary>What the event is about.</summary>
    public EventFamily Family { get; }

    /// <summary>The record of its payload.</summary>
    public Type Record { get; }

    /// <summary>How the record is written and read.</summary>
    /// <remarks>Made when it is needed first: making all of them takes a tenth of the server's start.</remarks>
    public JsonTypeInfo JsonType => _jsonType ??= EventJson.Context.GetTypeInfo(Record) ?? throw new InvalidOperationException($"{Record} is missing in EventJsonContext.g.cs: run ./regenerate.sh.");

    /// <summary>What the event does to its run or session.</summary>
    public EventRole Role { get; }
}
