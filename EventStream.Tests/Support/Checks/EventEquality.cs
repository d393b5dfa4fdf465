using System.Diagnostics.CodeAnalysis;
using EventStream.Events;

namespace EventStream.Tests.Support;

/// <summary>Events are equal when all members are and the payloads are the same bytes.</summary>
internal sealed class EventEquality : IEqualityComparer<Event>
{
    public static EventEquality Comparer { get; } = new();

    public bool Equals(Event? x, Event? y) =>
        x is not null && y is not null && x.Payload.Utf8.Span.SequenceEqual(y.Payload.Utf8.Span) && x with { Payload = y.Payload } == y;

    public int GetHashCode([DisallowNull] Event obj) => obj.EventId.GetHashCode(StringComparison.Ordinal);
}
