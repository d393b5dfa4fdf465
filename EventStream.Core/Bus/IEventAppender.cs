namespace EventStream.Bus;

/// <summary>The port that appends events to logs and announces them. Redis, memory and HTTP implement it.</summary>
public interface IEventAppender
{
    /// <summary>Appends a batch to one stream in one atomic step: dedupe, run check, next offsets, store, announce.</summary>
    /// <remarks>
    /// The same request can be repeated safely: events that are stored already are answered <see cref="AppendOutcome.Duplicate"/> with their first cursor.
    /// On session streams, events of a run that has ended are answered <see cref="AppendOutcome.RunEnded"/>; the rest of the batch is stored.
    /// Offsets count up by one within an epoch. A lost log starts a new epoch.
    /// </remarks>
    /// <param name="request">The stream and the events.</param>
    /// <param name="cancellationToken">Ends the wait; the batch may be stored all the same.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer, so it is unknown whether the batch was stored. Repeat the request.</exception>
    /// <exception cref="Events.EventRejectedException">The bus refuses an event for good, and stored nothing of the batch; repeating won't help.</exception>
    ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);
}
