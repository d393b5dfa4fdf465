namespace EventStream.Bus;

/// <summary>The port that appends events to logs and announces them. Redis, memory and HTTP implement it.</summary>
public interface IEventAppender
{
    /// <summary>Appends a batch to one stream in one atomic step: dedupe, run check, next offsets, store, announce.</summary>
    /// <remarks>
    /// Safe to repeat with the same request: what was stored is answered as <see cref="AppendOutcome.Duplicate"/> with its first cursor.
    /// On session streams, events of a run that has ended are answered <see cref="AppendOutcome.RunEnded"/>; the rest of the batch is stored.
    /// Offsets count up by one inside an epoch; losing the log starts a new epoch.
    /// </remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer; whether the batch was stored is unknown. Repeat the request.</exception>
    /// <exception cref="Events.EventRejectedException">The bus refuses an event for good.</exception>
    ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);
}
