using EventStream.Events;

namespace EventStream.Bus;

/// <summary>The port to storage and to the other nodes. Redis and memory implement it.</summary>
public interface IEventBus : IEventAppender
{
    /// <summary>Reads what stands after a cursor, in order, at most 1 MiB, together with the state of the log.</summary>
    /// <param name="stream">Whose log to read.</param>
    /// <param name="after">The position to read after; <see cref="Cursor.Zero"/> reads from the first event held.</param>
    /// <param name="maxEvents">The most entries wanted; 0 reads the state alone.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default);

    /// <summary>Where a run ended: the cursor of its terminal event, or null while it hasn't.</summary>
    /// <remarks>When the event went with an earlier epoch of the log, the answer is offset 0 of the present one.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default);

    /// <summary>Hands every entry that is announced from now on to <paramref name="listener"/>, until the result is disposed.</summary>
    /// <remarks>Announcements are a wake-up: they may be lost, repeated or out of order. The cursor proves which.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer; nothing is left behind.</exception>
    ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default);

    /// <summary>Removes the log for good and announces <c>session_deleted</c> as its last event.</summary>
    /// <remarks>The mark <see cref="LogPage.DeletedAt"/> stays until something is appended again, which begins a new epoch.</remarks>
    /// <returns>The cursor of the announcement; null when there was nothing to remove.</returns>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default);

    /// <summary>Begins a new epoch unless the log is in a later one than <paramref name="epoch"/>: it was rolled back. What it holds stays.</summary>
    /// <remarks>Without that, the positions it lost would be given to other events, and a client that comes back with one would miss those.</remarks>
    /// <param name="stream">Whose log was rolled back.</param>
    /// <param name="epoch">The latest that was seen of the log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default);

    /// <summary>The sessions whose logs began most recently, newest first; without those whose log is gone.</summary>
    /// <remarks>For people who look for a session: one that began while storage was failing may be missing.</remarks>
    /// <param name="limit">How many at most, up to 1,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default);

    /// <summary>Returns when the bus answers.</summary>
    /// <exception cref="BusUnavailableException">It doesn't.</exception>
    ValueTask PingAsync(CancellationToken cancellationToken = default);
}
