using EventStream.Events;

namespace EventStream.Listening;

/// <summary>Where reading a stream starts. The default is <see cref="Live"/>.</summary>
public readonly record struct StartFrom
{
    /// <summary>From the first event that the log holds.</summary>
    public static StartFrom Earliest { get; } = new() { IsEarliest = true };

    /// <summary>From what is published from now on.</summary>
    public static StartFrom Live => default;

    /// <summary>After the event at a cursor, as a <see cref="StreamEvent"/>, a receipt or a history has it; <see cref="Events.Cursor.Zero"/> is before the first event ever.</summary>
    /// <param name="cursor">The cursor; the event there doesn't come again.</param>
    public static StartFrom After(Cursor cursor) => new() { Cursor = cursor };

    /// <summary>The cursor; null without one.</summary>
    internal Cursor? Cursor { get; init; }

    /// <summary>Whether what a client sent is no cursor.</summary>
    internal bool IsMalformed { get; init; }

    /// <summary>Without a cursor: from the first event held, not from now on.</summary>
    internal bool IsEarliest { get; init; }
}
