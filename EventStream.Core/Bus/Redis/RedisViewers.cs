using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>How many clients watch which session: a hash for each server, which expires unless the server keeps it, and one of the servers' names.</summary>
internal sealed class RedisViewers(RedisCommands commands, RedisAnswers answers, SkippedEntries skipped)
{
    // Three times as long as servers wait before they keep it.
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(30);

    private const int FieldsAtOnce = 1000;

    /// <inheritdoc cref="IViewerReports.KeepViewersAsync"/>
    public Task<bool> KeepAsync(string node, CancellationToken cancellationToken) => RunAsync(async database =>
    {
        // A reader may have taken the name off while the server was silent.
        var named = database.HashSetAsync(RedisNames.ViewerNodes, node, 1);
        var kept = (bool)await ExpireAsync(database, RedisNames.ViewersOn(node)).ConfigureAwait(false);
        await named.ConfigureAwait(false);
        return kept;
    }, cancellationToken);

    /// <inheritdoc cref="IViewerReports.ReportViewersAsync"/>
    public Task ReportAsync(string node, IReadOnlyDictionary<StreamKey, int> viewers, bool isAll, CancellationToken cancellationToken) => RunAsync(async database =>
    {
        // One connection, so Redis does them in this order.
        var key = RedisNames.ViewersOn(node);
        var done = new List<Task>();
        if (isAll) done.Add(database.KeyDeleteAsync(key));
        foreach (var some in viewers.Where(pair => pair.Value > 0).Chunk(FieldsAtOnce)) done.Add(database.ExecuteAsync("HSET", [key, .. some.SelectMany<KeyValuePair<StreamKey, int>, object>(pair => [pair.Key.Id, pair.Value])]));
        foreach (var none in viewers.Where(pair => pair.Value == 0).Chunk(FieldsAtOnce)) done.Add(database.HashDeleteAsync(key, [.. none.Select(pair => (RedisValue)pair.Key.Id)]));
        done.Add(ExpireAsync(database, key));
        done.Add(database.HashSetAsync(RedisNames.ViewerNodes, node, 1));
        await Task.WhenAll(done).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <inheritdoc cref="IViewers.CountViewersAsync"/>
    public async Task<long> CountAsync(StreamKey session, CancellationToken cancellationToken)
    {
        var nodes = await RunAsync(database => database.HashKeysAsync(RedisNames.ViewerNodes), cancellationToken).ConfigureAwait(false);
        var (viewers, gone) = (0L, new List<RedisValue>());
        foreach (var (node, value, isThere) in await RunAsync(database => Task.WhenAll(nodes.Select(node => ReadAsync(database, node, session))), cancellationToken).ConfigureAwait(false))
        {
            if (value.TryParse(out long count) && count is > 0 and <= int.MaxValue) viewers += count;
            else if (!value.IsNull) skipped.Note(RedisNames.ViewersOn(node!)!, "A field is no number of clients.");
            else if (!isThere) gone.Add(node);
        }
        if (gone.Count > 0) await RunAsync(database => database.HashDeleteAsync(RedisNames.ViewerNodes, [.. gone]), cancellationToken).ConfigureAwait(false);
        return viewers;
    }

    private static async Task<(RedisValue Node, RedisValue Value, bool IsThere)> ReadAsync(IDatabase database, RedisValue node, StreamKey session)
    {
        var key = RedisNames.ViewersOn(node!);
        var there = database.KeyExistsAsync(key);
        var value = await database.HashGetAsync(key, session.Id).ConfigureAwait(false);
        return (node, value, await there.ConfigureAwait(false));
    }

    // The client's own methods would take EXPIRE, and HMSET for several fields: rights that nothing else needs.
    private static Task<RedisResult> ExpireAsync(IDatabase database, RedisKey key) => database.ExecuteAsync("PEXPIRE", key, (long)Validity.TotalMilliseconds);

    private Task<T> RunAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken) => answers.OfAsync(commands.RunAsync(call, cancellationToken), RedisNames.ViewerNodes);
}
