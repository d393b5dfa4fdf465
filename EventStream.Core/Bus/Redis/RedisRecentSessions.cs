using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Which sessions began last: told when a log begins, so that no other append pays for it.</summary>
internal static class RedisRecentSessions
{
    /// <summary>Where the log began; null when the batch didn't begin it.</summary>
    /// <remarks>A repeated batch tells it once more: the first answer may have been lost.</remarks>
    public static Cursor? BeginningIn(AppendResult result)
    {
        if (result.Head.Offset > result.Receipts.Count) return null;
        foreach (var receipt in result.Receipts)
        {
            if (receipt.Cursor is { Offset: 1 } first) return first;
        }
        return null;
    }

    /// <summary>Writes a session down, without waiting for an answer: what is lost is missing in a list for people.</summary>
    public static async Task NoteAsync(RedisCommands commands, StreamKey session, Cursor beginning)
    {
        try
        {
            await commands.CallAsync(database =>
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

    public static async Task<IReadOnlyList<StartedSession>> ReadAsync(IDatabase database, int limit)
    {
        var newest = await database.SortedSetRangeByRankWithScoresAsync(RedisNames.RecentSessions, -limit, -1).ConfigureAwait(false);
        var sessions = newest.Reverse().Select(entry => new StartedSession((string)entry.Element!, DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score))).ToArray();
        // Logs expire and are deleted by themselves.
        var held = await Task.WhenAll(sessions.Select(session => database.KeyExistsAsync(RedisNames.Log(new StreamKey(StreamKind.Session, session.SessionId))))).ConfigureAwait(false);
        return [.. sessions.Where((_, i) => held[i])];
    }
}
