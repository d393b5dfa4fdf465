using System.Globalization;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The answer of <c>read.lua</c>.</summary>
internal static class RedisPage
{
    private const int State = 6;

    public static LogPage Parse(RedisResult[] parts)
    {
        var entries = new LogEntry[(parts.Length - State) / 2];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = new LogEntry(Cursor.Parse((string)parts[State + 2 * i]!), (byte[])parts[State + 2 * i + 1]!);
        var ended = (string?)parts[2];
        return new LogPage
        {
            Entries = entries,
            Head = new Cursor(Number(parts[0]), Number(parts[1])),
            EndedAt = Cursor.TryParse(ended?.TrimEnd('d'), out var end) ? end : null,
            DeletedAt = Optional(parts[3]) ?? (ended?.EndsWith('d') == true ? end : null),
            First = Optional(parts[4]),
            Count = Number(parts[5]),
        };
    }

    private static long Number(RedisResult part) => long.Parse((string)part!, CultureInfo.InvariantCulture);

    private static Cursor? Optional(RedisResult part) => Cursor.TryParse((string?)part, out var cursor) ? cursor : null;
}
