using System.Text.Json.Serialization.Metadata;

namespace EventStream.Events;

/// <summary>A row of <see cref="EventCatalogue"/>.</summary>
public sealed class CanonicalType
{
    internal CanonicalType(string name, Type record, JsonTypeInfo jsonType, EventRole role = EventRole.None) =>
        (Name, Record, JsonType, Role) = (name, record, jsonType, role);

    /// <summary>The event's <c>type</c>.</summary>
    public string Name { get; }

    /// <summary>The record of its payload.</summary>
    public Type Record { get; }

    /// <summary>How the record is written and read.</summary>
    public JsonTypeInfo JsonType { get; }

    /// <summary>What the event does to its run or session.</summary>
    public EventRole Role { get; }
}
