using System.Diagnostics;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;

namespace EventStream.Tests.Chaos;

/// <summary>A client that records what it receives, over all its connections.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    // Ten times what the longest chaos test makes.
    private const int MaxObservations = 200_000;

    private readonly Lock _lock = new();
    private readonly List<Observation> _observations = [];
    private readonly Dictionary<NumberedEvent, Cursor> _seen = [];
    private readonly Uri _address;
    private readonly ReconnectingClient _client;
    private TimeSpan _longestSilence;
    private long _lastSeen;

    /// <param name="stream">The stream that it watches.</param>
    /// <param name="address">The server; <c>ws://</c> for a WebSocket.</param>
    /// <param name="pace">How fast it reads; null reads whatever arrives.</param>
    /// <param name="watchdog">How long it waits for a sign of life.</param>
    public Watcher(StreamKey stream, Uri address, Pace? pace = null, TimeSpan? watchdog = null)
    {
        (Stream, _address) = (stream, address);
        // A small buffer: otherwise the kernel would read ahead for a client that is held back.
        var (patience, receiveBuffer) = (watchdog ?? Timeout.InfiniteTimeSpan, pace is null ? 0 : 4096);
        _client = address.Scheme == Uri.UriSchemeWs
            ? new ReconnectingWebSocket(address) { OnBlock = Take, OnClosed = status => Note(new Observation.Closed(status)), Reading = Paced, ReceiveBuffer = receiveBuffer, Watchdog = patience }
            : new EventSourceClient(address) { OnBlock = Take, OnStopped = status => Note(new Observation.Stopped(status)), Reading = Paced, ReceiveBuffer = receiveBuffer, Watchdog = patience };
        _client.Start();

        Stream Paced(Stream network) => pace is null ? network : new PacedStream(network, pace);
    }

    public StreamKey Stream { get; }

    public bool HasJoined => Count<Observation.Joined>() > 0;

    /// <summary>The longest time between two events, without the times when it was away on purpose.</summary>
    public TimeSpan LongestSilence
    {
        get { lock (_lock) return _longestSilence; }
    }

    public int Count<TObservation>(Func<TObservation, bool>? isCounted = null) where TObservation : Observation
    {
        lock (_lock) return _observations.OfType<TObservation>().Count(isCounted ?? (_ => true));
    }

    public bool Saw(NumberedEvent numbered)
    {
        lock (_lock) return _seen.ContainsKey(numbered);
    }

    /// <summary>The position at which it saw each event.</summary>
    public IReadOnlyDictionary<NumberedEvent, Cursor> Seen()
    {
        lock (_lock) return new Dictionary<NumberedEvent, Cursor>(_seen);
    }

    public IReadOnlyList<Observation> Observations()
    {
        lock (_lock) return [.. _observations];
    }

    public void Cut() => _client.Cut();

    public Task LeaveAsync(CancellationToken cancellationToken) => _client.LeaveAsync(cancellationToken);

    public void Return()
    {
        lock (_lock) _lastSeen = 0;
        _client.Return();
    }

    public override string ToString() => _address.PathAndQuery;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Take(SseBlock block)
    {
        var payload = JsonElement.Parse(block.Data).GetProperty("payload");
        switch (block.Type)
        {
            case NumberedEvent.Type: See(NumberedEvent.Read(payload), Cursor.Parse(block.LastEventId)); break;
            case "session_stream_started": Note(new Observation.Joined(Text("resume"), Cursor.Parse(Text("cursor")))); break;
            case "stream_gap": Note(new Observation.Gap(Cursor.Parse(Text("from")), Cursor.Parse(Text("to")))); break;
            case "stream_closing": Note(new Observation.Closing(Text("reason"))); break;
            default: break;
        }

        string Text(string name) => payload.GetProperty(name).GetString()!;
    }

    private void See(NumberedEvent numbered, Cursor cursor)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            var silence = _lastSeen == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_lastSeen, now);
            if (silence > _longestSilence) _longestSilence = silence;
            _lastSeen = now;
            _seen[numbered] = cursor;
            NoteNeedsLock(new Observation.Seen(numbered, cursor));
        }
    }

    private void Note(Observation observation)
    {
        lock (_lock) NoteNeedsLock(observation);
    }

    private void NoteNeedsLock(Observation observation)
    {
        if (_observations.Count < MaxObservations) _observations.Add(observation);
        else if (_observations[^1] is not Observation.Flooded) _observations.Add(new Observation.Flooded());
    }
}
