namespace EventStream.Bus;

/// <summary>The outcome of one native event.</summary>
/// <param name="Events">The canonical events that it became, in order; none when it only repeats earlier ones.</param>
public sealed record IngestReceipt(IReadOnlyList<IngestedEvent> Events)
{
    /// <summary><see cref="AppendOutcome.Stored"/> when anything new was stored, <see cref="AppendOutcome.RunEnded"/> when its run had ended, otherwise <see cref="AppendOutcome.Duplicate"/>.</summary>
    public AppendOutcome Outcome =>
        Events.Any(ingested => ingested.Receipt.Outcome == AppendOutcome.Stored) ? AppendOutcome.Stored
        : Events.Any(ingested => ingested.Receipt.Outcome == AppendOutcome.RunEnded) ? AppendOutcome.RunEnded
        : AppendOutcome.Duplicate;
}
