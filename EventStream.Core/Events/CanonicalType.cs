using System.Text.Json.Serialization.Metadata;

namespace EventStream.Events;

/// <summary>A row of <see cref="EventCatalogue"/>.</summary>
public sealed class CanonicalType
{
    internal CanonicalType(string name, EventFamily family, JsonTypeInfo jsonType, EventRole role = EventRole.None) =>
        (Name, Family, JsonType, Role) = (name, family, jsonType, role);

    /// <summary>The event's <c>type</c>.</summary>
    public string Name { get; }

    /// <summary>What the event is about.</summary>
    public EventFamily Family { get; }

    /// <summary>The record of its payload.</summary>
    public Type Record => JsonType.Type;

    /// <summary>How the record is written and read.</summary>
    public JsonTypeInfo JsonType { get; }

    /// <summary>What the event does to its run or session.</summary>
    public EventRole Role { get; }
}
