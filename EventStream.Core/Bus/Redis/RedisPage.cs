using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The answer of <c>read.lua</c>. Other programs may write to Redis too, so all of it is checked.</summary>
internal static class RedisPage
{
    private const int State = 6;

    /// <summary>Reads the answer.</summary>
    /// <param name="stream">The stream whose log was read.</param>
    /// <param name="parts">The answer.</param>
    /// <param name="skip">Is told what is left out. An entry that is no event keeps its place, without an envelope; one whose id is no cursor has no place.</param>
    /// <param name="end">The id to go on after, when entries came and all of them were left out; else null.</param>
    public static LogPage Parse(StreamKey stream, RedisResult[] parts, Action<string> skip, out string? end)
    {
        end = null;
        var ended = (string?)parts[2];
        var endedAt = Position(ended?.TrimEnd('d'));
        if (Number(parts[0]) is not { } epoch || Number(parts[1]) is not { } offset)
        {
            // The next append begins the log anew.
            skip("Its meta holds no epoch and offset.");
            return new LogPage { Entries = [], Head = Cursor.Zero };
        }
        var entries = new List<LogEntry>((parts.Length - State) / 2);
        for (var i = State; i < parts.Length; i += 2)
        {
            if (Position((string?)parts[i]) is { Offset: > 0 } cursor) entries.Add(new LogEntry(cursor, Envelope(stream, (byte[])parts[i + 1]!, cursor, skip)));
            else skip($"The id '{EventRejectedException.Shown((string)parts[i]!)}' is no cursor.");
        }
        if (entries.Count == 0 && parts.Length > State) end = (string)parts[^2]!;
        return new LogPage
        {
            Entries = entries,
            Head = new Cursor(epoch, offset),
            EndedAt = endedAt,
            DeletedAt = Position((string?)parts[3]) ?? (ended?.EndsWith('d') == true ? endedAt : null),
            First = Position((string?)parts[4]),
            Count = Number(parts[5]) ?? 0,
        };
    }

    private static ReadOnlyMemory<byte> Envelope(StreamKey stream, byte[] stored, Cursor cursor, Action<string> skip)
    {
        if (StoredEnvelope.IsReadable(stored, stream)) return stored;
        skip($"The entry {cursor} is no event of this stream.");
        return default;
    }

    private static long? Number(RedisResult part) => long.TryParse((string?)part, out var number) && number is >= 0 and < Cursor.StoredLimit ? number : null;

    private static Cursor? Position(string? text) => Cursor.TryParse(text, out var cursor) && cursor is { Epoch: < Cursor.StoredLimit, Offset: < Cursor.StoredLimit } ? cursor : null;
}
