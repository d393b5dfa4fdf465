using System.Globalization;
using EventStream.Events;

namespace EventStream.Dialects.AgUi;

/// <summary>A place in a stream for one client: behind an event of the log, or among the messages that it became.</summary>
/// <param name="Start">The last position of which all was told.</param>
/// <param name="Skip">How many messages were told of what follows.</param>
/// <param name="IsInOpening">Whether these are messages of the opening.</param>
internal readonly record struct AgUiPlace(Cursor Start, int Skip, bool IsInOpening)
{
    /// <summary>The place behind some of the messages of an event.</summary>
    public static string Behind(Cursor cursor, int count) => $"{cursor}.{count}";

    /// <summary>The place behind some of the messages of an opening.</summary>
    public static string InOpening(Cursor cursor, int count) => $"{cursor}.s{count}";

    /// <summary>The place behind an end that is told again.</summary>
    public static string End(Cursor cursor) => $"{cursor}.e";

    /// <summary>Reads what a client sends as its last id.</summary>
    public static AgUiPlace? Parse(string text)
    {
        var parts = text.Split('.');
        if (parts.Length > 2 || !Cursor.TryParse(parts[0], out var cursor)) return null;
        if (parts.Length == 1 || parts[1] == "e") return new AgUiPlace(cursor, 0, IsInOpening: false);
        var isInOpening = parts[1].StartsWith('s');
        if (!int.TryParse(parts[1].AsSpan(isInOpening ? 1 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out var skip)) return null;
        return isInOpening ? new AgUiPlace(cursor, skip, IsInOpening: true) : cursor.Offset == 0 ? null : new AgUiPlace(cursor.Previous, skip, IsInOpening: false);
    }
}
