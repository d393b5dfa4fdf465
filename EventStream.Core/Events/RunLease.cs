namespace EventStream.Events;

/// <summary>The rules of claims and their leases.</summary>
public static class RunLease
{
    /// <summary>The shortest lease.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(5);

    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(600);

    // As runs.lua has it.
    private static readonly TimeSpan LongestSlack = TimeSpan.FromSeconds(1);

    /// <summary>How much later than it says a lease ends, so that not every event renews it.</summary>
    internal static TimeSpan SlackOf(TimeSpan lease) => lease / 32 < LongestSlack ? lease / 32 : LongestSlack;

    /// <exception cref="EventRejectedException">Nothing can be claimed, or not with this lease.</exception>
    internal static void Check(IReadOnlyList<Event> events, bool isClaim, TimeSpan? lease)
    {
        if (lease is { } length && (length < Min || length > Max))
            throw new EventRejectedException("lease", $"must be {Min.TotalSeconds:F0} to {Max.TotalSeconds:F0} seconds, not {length.TotalSeconds}.");
        if (!isClaim && lease is not null) throw new EventRejectedException("lease", "must go with a claim: say claim=true too.");
        if (isClaim && !events.Any(candidate => candidate.RunId is not null && EventCatalogue.RoleOf(candidate.Type) == EventRole.StartsRun))
            throw new EventRejectedException("claim", "must go with a run_started that has a run_id.");
    }
}
