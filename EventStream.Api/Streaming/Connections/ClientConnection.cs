using EventStream.Api.Limits;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Connections;

/// <summary>One client's connection, in the transport that it speaks, and the state that it owns: whether it has ended, when it was written to, and the sleep of its loop.</summary>
/// <remarks>The client's own loop is its only writer, except that others may send in its place while it sleeps.</remarks>
internal abstract class ClientConnection(IDialect dialect, TimeProvider time)
{
    private readonly WakeSignal _wake = new();
    // What a client alone is told in its dialect; of a folded one only until the frames hold the messages themselves.
    private IDialect? _own = dialect.Kind == DialectKind.PerConnection ? dialect.Begin() : null;
    private Fold? _counted;
    private bool _canShare;
    private long _lastWrite = time.GetTimestamp();
    private long _writeStarted;
    private int _end;

    public abstract Transport Transport { get; }

    /// <summary>What the connection tells of how the client takes bytes; null when it tells nothing.</summary>
    public abstract SocketProgress? Progress { get; }

    /// <summary>How the stream ended; <see cref="SubscriberEnd.None"/> while it hasn't.</summary>
    public SubscriberEnd End => (SubscriberEnd)Volatile.Read(ref _end);

    /// <summary>What the client is told besides the name of its end; null when that says all.</summary>
    public virtual string? Advice => null;

    /// <summary>Whether others may send shared bytes in place of the client's own loop while that sleeps.</summary>
    // Not virtual: a fan-out looks at it once per client, and each further object would be a cache miss.
    public bool TakesSharedWrites => _canShare && _own is null;

    protected TimeProvider Time => time;

    /// <summary>The language of what is written.</summary>
    public IDialect Dialect => dialect;

    /// <summary>Accepts the client and greets it.</summary>
    public abstract Task OpenAsync(Frame greeting);

    /// <summary>Takes a frame for the next flush, and flushes when that is much.</summary>
    public abstract ValueTask WriteAsync(Frame frame);

    /// <summary>Sends what was written.</summary>
    public abstract ValueTask FlushAsync();

    /// <summary>Fills silence, without an event; moves the client's cursor when it has one to learn.</summary>
    /// <returns>Whether the transport has a way to; otherwise an event must say it.</returns>
    public abstract bool TryWriteKeepAlive(Cursor? moved);

    /// <summary>Ends what was opened, in peace.</summary>
    /// <param name="end">Why.</param>
    /// <param name="closing">What the client is told; null when it can't be told any more.</param>
    public abstract Task CloseAsync(SubscriberEnd end, Frame? closing);

    /// <summary>Ends after a defect of the server, which is thrown on.</summary>
    public abstract Task FailAsync(Frame closing);

    /// <summary>Ends before anything was opened: the stream is over, there is no place, or it was asked for wrongly.</summary>
    public abstract Task RefuseAsync(SubscriberEnd end, Frame closing);

    /// <summary>Cuts the connection: what is stuck in it is lost.</summary>
    public abstract void Abort();

    /// <summary>Whether the client has been told all that it asked for.</summary>
    public bool IsOver => _own is { IsOver: true };

    /// <summary>Whether it is told something that it should read to its end on this connection.</summary>
    public bool IsBusy => dialect.Kind == DialectKind.FoldedPerConnection && _own is { IsBusy: true };

    /// <summary>Whether a frame can only be written by an instance of the dialect that was given all events before it.</summary>
    public bool NeedsFold(Frame frame) => dialect.Kind == DialectKind.Folded && frame.IsLogged && _own is null && !frame.IsFoldedIn(dialect);

    /// <summary>Goes on with an instance of a folded dialect that was given all events before the next frame; null: the next frame needs another.</summary>
    public void GoOnWith(Fold? folded)
    {
        _counted?.Dispose();
        (_counted, _own) = (folded, folded?.Instance);
    }

    /// <summary>Counts its own instance of the dialect in what the node may hold of them.</summary>
    public void CountIn(ByteBudget budget)
    {
        if (_counted is null && _own is { } own) GoOnWith(new Fold(own, budget));
    }

    /// <summary>Counts what its own instance of the dialect holds now.</summary>
    /// <returns>Whether the node has room for it.</returns>
    public bool TryHold() => _counted?.TryHold() != false;

    /// <summary>Counts a frame that the client filters out, so that what follows is told as to every other client.</summary>
    public void PassOver(Frame frame)
    {
        if (dialect.Kind == DialectKind.Folded && frame.IsLogged && _own is not null && Speaker(frame) is { } own) SseFormat.Messages(frame, own);
    }

    /// <summary>Lets go of its own instance of the dialect, once nothing more is written.</summary>
    public void Forget()
    {
        (_own as IDisposable)?.Dispose();
        GoOnWith(null);
    }

    /// <summary>Ends the stream. The first reason counts.</summary>
    public void Finish(SubscriberEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)SubscriberEnd.None) == (int)SubscriberEnd.None) _wake.Set();
    }

    /// <summary>Sleeps until there is something to do. For the client's own loop alone.</summary>
    public ValueTask WaitAsync() => _wake.WaitAsync();

    public void Wake() => _wake.Set();

    /// <summary>Takes the place of the client's own loop, if that sleeps, until <see cref="Release"/>; otherwise that loop looks again by itself.</summary>
    public bool TryStandIn() => _wake.TryStandIn();

    /// <summary>Gives the place of the client's own loop back.</summary>
    /// <param name="wake">Whether that loop has something left to do.</param>
    public void Release(bool wake) => _wake.Release(wake);

    /// <summary>Sends shared bytes for the client's own loop. Between <see cref="TryStandIn"/> and <see cref="Release"/>.</summary>
    /// <param name="write">The bytes.</param>
    /// <param name="now">The timestamp of the clock.</param>
    /// <returns>Whether all was taken; otherwise the client's own loop has to send the rest.</returns>
    public bool TrySend(SharedWrite write, long now)
    {
        Volatile.Write(ref _lastWrite, now);
        return TrySend(write);
    }

    /// <summary>Whether nothing was written for so long.</summary>
    public bool IsSilentFor(TimeSpan silence) => time.GetElapsedTime(Volatile.Read(ref _lastWrite)) >= silence;

    /// <summary>Whether one write has been going on for longer.</summary>
    public bool IsWritingFor(TimeSpan limit) => Volatile.Read(ref _writeStarted) is not 0 and var writing && time.GetElapsedTime(writing) > limit;

    /// <summary>Lets others send shared bytes from here on, once the client needs no instance of the dialect of its own.</summary>
    protected void AllowSharedWrites() => _canShare = true;

    /// <summary>The block of Server-Sent Events for this client.</summary>
    protected ReadOnlyMemory<byte> BlockOf(Frame frame) => Speaker(frame) is { } speaker ? SseFormat.Block(frame, SseFormat.Messages(frame, speaker)) : frame.BlockIn(dialect);

    /// <summary>The texts of WebSocket for this client.</summary>
    protected ReadOnlyMemory<byte>[] TextsOf(Frame frame) =>
        Speaker(frame) is { } speaker ? WebSocketFormat.Texts(frame, dialect, SseFormat.Messages(frame, speaker)) : frame.TextsIn(dialect);

    /// <summary>The instance of the dialect that writes a frame for this client alone; null when the frame holds its bytes for all.</summary>
    private IDialect? Speaker(Frame frame)
    {
        if (dialect.Kind != DialectKind.Folded) return _own;
        // The client has caught up with the feed's instance, which was given the same events.
        if (frame.IsFoldedIn(dialect))
        {
            GoOnWith(null);
            return null;
        }
        // An event that isn't logged stands in no fold; it must not count in the client's own.
        return frame.IsLogged || frame.Role == EventRole.Control ? _own ?? dialect.Begin() : dialect;
    }

    protected virtual bool TrySend(SharedWrite write) => false;

    protected void BeginWrite() => Volatile.Write(ref _writeStarted, time.GetTimestamp());

    protected void EndWrite()
    {
        Volatile.Write(ref _writeStarted, 0);
        Volatile.Write(ref _lastWrite, time.GetTimestamp());
    }
}
