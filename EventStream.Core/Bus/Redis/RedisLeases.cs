using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The index of all leases: where to look, and when. Whether a lease has ended, the session's own keys say alone.</summary>
/// <remarks>Each claim and request has an entry of its own: with one for each run, taking a run off the list could take off a claim that is about to be stored.</remarks>
internal sealed class RedisLeases(RedisCommands commands, RedisAnswers answers, SkippedEntries skipped)
{
    private static readonly TimeSpan Never = TimeSpan.Zero;

    /// <summary>Adds the runs of a batch. Before it is appended: a lease that nobody looks at would never end.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public Task AddAsync(IReadOnlyList<LeasedRun> runs, TimeSpan lease, CancellationToken cancellationToken) =>
        WatchAsync(lease + RunLease.SlackOf(lease), [.. runs.Select(NameOf)], cancellationToken);

    /// <summary>Takes off the runs of a batch that weren't stored.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public Task RemoveRefusedAsync(AppendRequest request, AppendResult result, CancellationToken cancellationToken)
    {
        var refused = request.Events.Where((_, i) => result.IsConflict || result.Receipts[i].Outcome is AppendOutcome.RunTaken or AppendOutcome.RunEnded)
            .Select(candidate => LeasedRuns.Of(request, candidate)).OfType<LeasedRun>().Select(NameOf).ToArray();
        return refused.Length == 0 ? Task.CompletedTask : WatchAsync(Never, refused, cancellationToken);
    }

    /// <inheritdoc cref="ILeaseIndex.DueAsync"/>
    public async Task<IReadOnlyList<LeasedRun>> DueAsync(int most, CancellationToken cancellationToken)
    {
        var names = (RedisValue[])(await OfAsync(database => RedisScript.LeasesDue.RunAsync(database, [RedisNames.Leases], [most]), cancellationToken).ConfigureAwait(false))!;
        var (due, strangers) = (new List<LeasedRun>(), new List<RedisValue>());
        foreach (var name in names)
        {
            if (Parse(name) is { } run) due.Add(run);
            else strangers.Add(name);
        }
        if (strangers.Count > 0)
        {
            skipped.Note(RedisNames.Leases!, "A member is no claim of a run.");
            await WatchAsync(Never, [.. strangers], cancellationToken).ConfigureAwait(false);
        }
        return due;
    }

    /// <inheritdoc cref="ILeaseIndex.ClockAsync"/>
    public async Task<DateTimeOffset> ClockAsync(CancellationToken cancellationToken)
    {
        var parts = (long[])(await OfAsync(database => RedisScript.Clock.RunAsync(database, [RedisNames.Leases], []), cancellationToken).ConfigureAwait(false))!;
        return DateTimeOffset.FromUnixTimeSeconds(parts[0]) + TimeSpan.FromMicroseconds(parts[1]);
    }

    /// <inheritdoc cref="ILeaseIndex.LookAgainAsync"/>
    public Task LookAgainAsync(LeasedRun run, TimeSpan after, CancellationToken cancellationToken) => WatchAsync(after, [NameOf(run)], cancellationToken);

    private Task<RedisResult> WatchAsync(TimeSpan after, RedisValue[] names, CancellationToken cancellationToken) =>
        OfAsync(database => RedisScript.LeasesWatch.RunAsync(database, [RedisNames.Leases], [(long)Math.Ceiling(after.TotalMilliseconds), .. names]), cancellationToken);

    private Task<T> OfAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken) => answers.OfAsync(commands.RunAsync(call, cancellationToken), RedisNames.Leases);

    // No id has a blank.
    private static RedisValue NameOf(LeasedRun run) => $"{(run.IsClaim ? 'c' : 'r')} {run.Stream.Id} {run.RunId} {run.EventId}";

    private static LeasedRun? Parse(RedisValue name) => ((string)name!).Split(' ') is [("c" or "r") and var kind, var session, var run, var eventId] && EventRules.IsId(session) && EventRules.IsId(run)
        ? new LeasedRun(new StreamKey(StreamKind.Session, session), run, eventId, kind == "c") : null;
}
