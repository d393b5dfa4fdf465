using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>How many clients watch which session: a hash for each server, which expires unless the server keeps it, and one of the servers' names.</summary>
internal sealed class RedisViewers(RedisCommands commands, RedisAnswers answers, SkippedEntries skipped)
{
    // Three times as long as servers wait before they keep it.
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(30);

    // So that no other command waits for long.
    private const int SessionsAtOnce = 1000;

    /// <inheritdoc cref="IViewerReports.KeepViewersAsync"/>
    public Task<bool> KeepAsync(string node, CancellationToken cancellationToken) => SayAsync(node, [], isAll: false, cancellationToken);

    /// <inheritdoc cref="IViewerReports.ReportViewersAsync"/>
    public async Task ReportAsync(string node, IReadOnlyDictionary<StreamKey, int> viewers, bool isAll, CancellationToken cancellationToken)
    {
        if (isAll && viewers.Count == 0) await SayAsync(node, [], isAll, cancellationToken).ConfigureAwait(false);
        foreach (var some in viewers.Chunk(SessionsAtOnce))
        {
            await SayAsync(node, some, isAll, cancellationToken).ConfigureAwait(false);
            isAll = false;
        }
    }

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

    private Task<bool> SayAsync(string node, IReadOnlyCollection<KeyValuePair<StreamKey, int>> viewers, bool isAll, CancellationToken cancellationToken) => RunAsync(async database =>
    {
        // A reader may have taken the name off while the server was silent.
        var named = database.HashSetAsync(RedisNames.ViewerNodes, node, 1);
        RedisValue[] arguments = [(long)Validity.TotalMilliseconds, isAll ? 1 : 0, .. viewers.SelectMany<KeyValuePair<StreamKey, int>, RedisValue>(pair => [pair.Key.Id, pair.Value])];
        var isKept = (bool)await RedisScript.Viewers.RunAsync(database, [RedisNames.ViewersOn(node)], arguments).ConfigureAwait(false);
        await named.ConfigureAwait(false);
        return isKept;
    }, cancellationToken);

    private Task<T> RunAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken) => answers.OfAsync(commands.RunAsync(call, cancellationToken), RedisNames.ViewerNodes);
}
