using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;

namespace EventStream.Listening.Http;

/// <summary>Reads a stream of a server, and comes back with its cursor after every end but the last.</summary>
internal sealed partial class HttpReading(HttpClient client, ListenRequest request, TimeProvider time, ILogger logger) : IStreamReading
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly EventFactory _events = new(time);
    private readonly StreamRequester _requester = new(client, request, time);
    private OpenStream? _stream;
    private Cursor? _position = request.From.Cursor;
    private TimeSpan _pause;
    private bool _hasStarted;
    private bool _hasSkipped;

    public Queue<StreamEvent> Ready { get; } = new();

    public bool IsOver { get; private set; }

    private Uri Server => client.BaseAddress!;

    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        if (_stream is null) await ConnectAsync(cancellationToken).ConfigureAwait(false);
        else if (await _stream.NextAsync(cancellationToken).ConfigureAwait(false) is { } item) await TakeAsync(item).ConfigureAwait(false);
        else await LeaveAsync(_stream.Retry).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_pause > TimeSpan.Zero) await Task.Delay(_pause, time, cancellationToken).ConfigureAwait(false);
        // The pause that a server asks for is spread, since all its clients may have lost it together.
        _pause = TimeSpan.Zero;
        _stream = await _requester.OpenAsync(_position, Wait, cancellationToken).ConfigureAwait(false);
        if (_stream is null) End("over");
        else await BeginAsync(_stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the verdict on the cursor.</summary>
    private async Task BeginAsync(OpenStream stream, CancellationToken cancellationToken)
    {
        var first = await stream.NextAsync(cancellationToken).ConfigureAwait(false);
        switch (first?.EventType)
        {
            case "session_stream_started": Start(first.Value); break;
            case "stream_closing":
                var closing = Payload<StreamClosing>(first.Value);
                await TakeClosingAsync(closing, first.Value).ConfigureAwait(false);
                if (!IsOver) throw new BusUnavailableException($"The server at {Server} is {closing.Reason}. {closing.Message}");
                break;
            case null:
                await LeaveAsync(stream.Retry).ConfigureAwait(false);
                throw new BusUnavailableException($"The server at {Server} ended the stream before it began.");
            default: throw ListenRefusal.Foreign(Server);
        }
    }

    private void Start(SseItem<ReadOnlyMemory<byte>> item)
    {
        var started = Payload<SessionStreamStarted>(item);
        if (!Cursor.TryParse(started.Cursor, out var start)) throw ListenRefusal.Foreign(Server);
        if (!_hasStarted) Ready.Enqueue(new StreamEvent(start, Read(item) ?? throw ListenRefusal.Foreign(Server)));
        // The reader was elsewhere, and what it missed is gone.
        else if (started.Resume != Resume.Full && start != _position)
            Ready.Enqueue(new StreamEvent(start, _events.CreateControl(request.Stream, new StreamGap { From = _position.ToString()!, To = start.ToString() })));
        (_hasStarted, _position) = (true, start);
    }

    private async Task TakeAsync(SseItem<ReadOnlyMemory<byte>> item)
    {
        switch (item.EventType)
        {
            case "heartbeat" or "auth_expiring" or "session_stream_started": Move(item); break;
            case "stream_closing": await TakeClosingAsync(Payload<StreamClosing>(item), item).ConfigureAwait(false); break;
            default:
                if (Read(item) is { } read) Ready.Enqueue(new StreamEvent(Move(item), read));
                else Skip(item);
                break;
        }
    }

    private async Task TakeClosingAsync(StreamClosing closing, SseItem<ReadOnlyMemory<byte>> item)
    {
        Move(item);
        // A new connection shows a new token, if there is one; without one the server refuses it with the reason.
        if (closing.Reconnect || closing.Reason is "auth_expired" or "auth_revoked")
        {
            await LeaveAsync(TimeSpan.Zero).ConfigureAwait(false);
            if (closing.RetryMs is { } retry) _pause = Bounded(TimeSpan.FromMilliseconds(retry));
        }
        else
        {
            Ready.Enqueue(new StreamEvent(_position, Read(item) ?? throw ListenRefusal.Foreign(Server)));
            IsOver = true;
        }
    }

    private void Skip(SseItem<ReadOnlyMemory<byte>> item)
    {
        if (!_hasSkipped) LogSkipped(request.Stream, item.EventId);
        _hasSkipped = true;
        Move(item);
    }

    // The id of the parser may be that of an event that was cut off.
    private Cursor? Move(SseItem<ReadOnlyMemory<byte>> item)
    {
        if (!Cursor.TryParse(item.EventId, out var cursor)) return null;
        _position = cursor;
        return cursor;
    }

    private async Task LeaveAsync(TimeSpan retry)
    {
        if (_stream is { } stream) await stream.DisposeAsync().ConfigureAwait(false);
        _stream = null;
        Wait(retry);
    }

    private void Wait(TimeSpan asked) => _pause = Bounded(asked * Jitter.Between(1, 1.5));

    private static TimeSpan Bounded(TimeSpan pause) => pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;

    private void End(string reason)
    {
        Ready.Enqueue(new StreamEvent(_position, _events.CreateControl(request.Stream, new StreamClosing { Reason = reason, Reconnect = false })));
        IsOver = true;
    }

    private static Event? Read(SseItem<ReadOnlyMemory<byte>> item) => EnvelopeReading.Read(item.Data.Span);

    private T Payload<T>(SseItem<ReadOnlyMemory<byte>> item) where T : CanonicalPayload
    {
        try
        {
            return (Read(item) ?? throw ListenRefusal.Foreign(Server)).Payload.As<T>();
        }
        catch (JsonException e)
        {
            throw ListenRefusal.Foreign(Server, e);
        }
    }

    [LoggerMessage(3104, LogLevel.Warning, "What the server sent as {Cursor} of {Stream} is no event that can be read; it and further ones are left out.", EventName = "ListenerSkippedFrame")]
    private partial void LogSkipped(StreamKey stream, string? cursor);
}
