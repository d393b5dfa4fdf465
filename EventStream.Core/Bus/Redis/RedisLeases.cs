using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The index of all claims with a lease: where to look, and when. Whether a lease has ended, the session's own keys say alone.</summary>
/// <remarks>Each claim has an entry of its own: with one for each run, taking a run off the list could take off a claim that is about to be stored.</remarks>
internal sealed class RedisLeases(RedisCommands commands, RedisAnswers answers, SkippedEntries skipped)
{
    /// <summary>Adds the claims of a batch. Before it is appended: a lease that nobody looks at would never end.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public Task AddAsync(AppendRequest request, TimeSpan lease, CancellationToken cancellationToken)
    {
        var claims = request.Events.Where(IsClaim).Select(candidate => NameOf(request.Stream, candidate)).ToArray();
        return claims.Length == 0 ? Task.CompletedTask : WatchAsync(lease + RunLease.SlackOf(lease), claims, cancellationToken);
    }

    /// <summary>Takes off the claims of a batch that were refused.</summary>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public Task RemoveRefusedAsync(AppendRequest request, AppendResult result, CancellationToken cancellationToken)
    {
        var refused = request.Events.Where((candidate, i) => IsClaim(candidate) && (result.IsConflict || result.Receipts[i].Outcome is AppendOutcome.RunTaken or AppendOutcome.RunEnded))
            .Select(candidate => NameOf(request.Stream, candidate)).ToArray();
        return refused.Length == 0 ? Task.CompletedTask : RemoveAsync(refused, cancellationToken);
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
            await RemoveAsync([.. strangers], cancellationToken).ConfigureAwait(false);
        }
        return due;
    }

    /// <inheritdoc cref="ILeaseIndex.LookAgainAsync"/>
    public Task LookAgainAsync(LeasedRun run, TimeSpan after, CancellationToken cancellationToken)
    {
        RedisValue name = $"{run.Stream.Id} {run.RunId} {run.ClaimId}";
        return after > TimeSpan.Zero ? WatchAsync(after, [name], cancellationToken) : RemoveAsync([name], cancellationToken);
    }

    private Task WatchAsync(TimeSpan after, RedisValue[] claims, CancellationToken cancellationToken) =>
        OfAsync(database => RedisScript.LeasesWatch.RunAsync(database, [RedisNames.Leases], [(long)after.TotalMilliseconds, .. claims]), cancellationToken);

    private Task RemoveAsync(RedisValue[] claims, CancellationToken cancellationToken) => OfAsync(database => database.SortedSetRemoveAsync(RedisNames.Leases, claims), cancellationToken);

    private Task<T> OfAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken) => answers.OfAsync(commands.RunAsync(call, cancellationToken), RedisNames.Leases);

    private static bool IsClaim(Event candidate) => candidate.RunId is not null && EventCatalogue.RoleOf(candidate.Type) == EventRole.StartsRun;

    // No id has a blank.
    private static RedisValue NameOf(StreamKey session, Event claim) => $"{session.Id} {claim.RunId} {claim.EventId}";

    private static LeasedRun? Parse(RedisValue name) => ((string)name!).Split(' ') is [var session, var run, var claim] && EventRules.IsId(session) && EventRules.IsId(run)
        ? new LeasedRun(new StreamKey(StreamKind.Session, session), run, claim) : null;
}
