using EventStream.Events;

namespace EventStream.Bus;

/// <summary>The port to storage and to the other nodes. Redis and memory implement it.</summary>
public interface IEventBus : IEventAppender
{
    /// <summary>Reads the entries after a cursor, in order, at most 1 MiB, together with the state of the log.</summary>
    /// <param name="stream">The stream whose log is read.</param>
    /// <param name="after">The position to read after; <see cref="Cursor.Zero"/> reads from the first event held.</param>
    /// <param name="maxEvents">The most entries to read; 0 reads the state alone.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<LogPage> ReadAsync(StreamKey stream, Cursor after, int maxEvents, CancellationToken cancellationToken = default);

    /// <summary>The cursor of a run's terminal event; null while the run hasn't ended.</summary>
    /// <remarks>When that event was lost with an earlier epoch of the log, the answer is offset 0 of the current epoch.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<Cursor?> FindRunEndAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default);

    /// <summary>Calls <paramref name="listener"/> with every entry that is announced from now on, until the result is disposed.</summary>
    /// <remarks>Announcements may be lost, repeated or out of order. The listener detects that by the cursors and reads the log.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't answer; no subscription is left behind.</exception>
    ValueTask<IAsyncDisposable> SubscribeAsync(StreamKey stream, IStreamListener listener, CancellationToken cancellationToken = default);

    /// <summary>Removes the log for good and announces <c>session_deleted</c> as its last event.</summary>
    /// <remarks><see cref="LogPage.DeletedAt"/> stays set until something is appended again, which begins a new epoch.</remarks>
    /// <returns>The cursor of the announcement; null when there was nothing to remove.</returns>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<Cursor?> DeleteAsync(StreamKey stream, CancellationToken cancellationToken = default);

    /// <summary>Begins a new epoch of a log that was rolled back, unless the log is in a later epoch than <paramref name="epoch"/>. The events that it holds stay.</summary>
    /// <remarks>Otherwise the lost positions would be given to other events, and a client that returns with such a position would miss those.</remarks>
    /// <param name="stream">The stream whose log was rolled back.</param>
    /// <param name="epoch">The latest epoch that was seen of the log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask BeginEpochAsync(StreamKey stream, long epoch, CancellationToken cancellationToken = default);

    /// <summary>The sessions whose logs began most recently, newest first. Sessions without a log are left out.</summary>
    /// <remarks>The list is for people who look for a session: a session that began while storage was failing may be missing.</remarks>
    /// <param name="limit">The most sessions to return, up to 1,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<IReadOnlyList<StartedSession>> RecentSessionsAsync(int limit, CancellationToken cancellationToken = default);

    /// <summary>Checks that the bus takes events, by a small write beside the logs; returns when it does.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer, or refused the write; <see cref="BusUnavailableException.Refusal"/> says why.</exception>
    ValueTask PingAsync(CancellationToken cancellationToken = default);
}
