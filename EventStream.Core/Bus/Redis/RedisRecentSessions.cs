using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The sessions that began last. A session is added when its log begins, so that no other append pays for it.</summary>
internal static class RedisRecentSessions
{
    // The last moment that .NET has a time for, in milliseconds since 1970.
    private const double LatestBeginning = 253_402_300_799_999;

    /// <summary>Where the log began; null when the batch didn't begin it.</summary>
    /// <remarks>A repeated batch adds the session once more: the first answer may have been lost.</remarks>
    public static Cursor? BeginningIn(AppendResult result)
    {
        if (result.Head.Offset > result.Receipts.Count) return null;
        foreach (var receipt in result.Receipts)
        {
            if (receipt.Cursor is { Offset: 1 } first) return first;
        }
        return null;
    }

    /// <summary>Adds a session without waiting for an answer: a session that is lost here is missing in a list for people.</summary>
    public static async Task NoteAsync(RedisCommands commands, StreamKey session, Cursor beginning)
    {
        try
        {
            await commands.RunAsync(database =>
            {
                _ = database.SortedSetAddAsync(RedisNames.RecentSessions, session.Id, beginning.Epoch, CommandFlags.FireAndForget);
                return database.SortedSetRemoveRangeByRankAsync(RedisNames.RecentSessions, 0, -BusLimits.MaxRecentSessions - 1, CommandFlags.FireAndForget);
            }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BusUnavailableException)
        {
            // The append was answered all the same.
        }
    }

    /// <summary>The newest that still have a log; those without one are forgotten.</summary>
    public static async Task<IReadOnlyList<StartedSession>> ReadAsync(IDatabase database, int limit, SkippedEntries skipped)
    {
        // All at once, a thousand at most: pages would shift while sessions begin.
        var noted = await database.SortedSetRangeByRankWithScoresAsync(RedisNames.RecentSessions, -BusLimits.MaxRecentSessions).ConfigureAwait(false);
        var (sessions, gone) = (new List<StartedSession>(), new List<RedisValue>());
        foreach (var stranger in noted.Where(entry => !IsSession(entry)))
        {
            skipped.Note(RedisNames.RecentSessions!, "A member is no session with the time of its beginning.");
            gone.AddRange([stranger.Element, stranger.Score]);
        }
        foreach (var some in noted.Where(IsSession).Reverse().Chunk(limit))
        {
            // Logs expire and are deleted by themselves.
            var held = await Task.WhenAll(some.Select(entry => database.KeyExistsAsync(RedisNames.Log(new StreamKey(StreamKind.Session, (string)entry.Element!))))).ConfigureAwait(false);
            foreach (var (entry, isHeld) in some.Zip(held))
            {
                if (isHeld) sessions.Add(new StartedSession((string)entry.Element!, DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score)));
                else gone.AddRange([entry.Element, entry.Score]);
            }
            if (sessions.Count >= limit) break;
        }
        if (gone.Count > 0) await RedisScript.Forget.RunAsync(database, [RedisNames.RecentSessions], [.. gone]).ConfigureAwait(false);
        return [.. sessions.Take(limit)];
    }

    private static bool IsSession(SortedSetEntry entry) => EventRules.IsId((string)entry.Element!) && entry.Score is >= 0 and <= LatestBeginning;
}
