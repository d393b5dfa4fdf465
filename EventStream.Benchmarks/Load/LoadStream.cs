using EventStream.Benchmarks.Load.Secure;

namespace EventStream.Benchmarks.Load;

/// <summary>One client of one stream: requests it, reads it and checks each event, without an allocation per event.</summary>
internal sealed class LoadStream(StreamSet set, int session) : IPolled
{
    private readonly StreamSocket _socket = new(set.Sockets, set.Tls);
    private readonly Http2Reader? _http2 = set.IsHttp2 ? new Http2Reader() : null;
    private bool _hasAsked;
    private ResponseReader _response;
    private MarkerScan _scan;
    private SequenceCheck _check;

    public int Session => session;

    public bool IsOpen => _socket.IsOpen;

    /// <summary>Whether a part of the body has arrived, which shows that the server has joined the stream.</summary>
    public bool IsReady { get; private set; }

    public void Open()
    {
        try
        {
            _socket.Connect(set.EndPoint, this);
        }
        catch (IOException e)
        {
            End(e.Message);
        }
    }

    public void OnReady(Ready ready)
    {
        if (!_socket.IsOpen) return;
        try
        {
            if (_hasAsked) Read();
            else if (_socket.TryFinishConnecting()) Ask();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            End(e.Message);
        }
    }

    public void OnEvent(Marker marker, long now)
    {
        if (marker.Session != session) set.Tally.Stray();
        else set.Tally.Take(_check.Take(marker.Number), marker.Sent, now);
    }

    public long LostOf(int published) => _check.LostOf(published);

    public void Close() => _socket.Close();

    private void Ask()
    {
        _socket.Send(set.RequestOf(session));
        _hasAsked = true;
        _socket.WatchAnswers();
    }

    private void Read()
    {
        var count = _socket.Receive(set.Sockets.Buffer);
        if (count < 0) return;
        if (count == 0)
        {
            End("the server closed the stream");
            return;
        }
        set.Tally.Bytes += count;
        if (_http2 is null) Take(ref _response, set.Sockets.Buffer.AsSpan(0, count), LoadClock.Now);
        else TakeHttp2(_http2, set.Sockets.Buffer.AsSpan(0, count), LoadClock.Now);
    }

    private void TakeHttp2(Http2Reader answer, ReadOnlySpan<byte> received, long now)
    {
        Take(ref answer, received, now);
        if (_socket.IsOpen && answer.TakeReply() is { IsEmpty: false } reply) _socket.Send(reply);
    }

    private void Take<T>(ref T answer, ReadOnlySpan<byte> received, long now)
        where T : IResponseReader
    {
        while (!received.IsEmpty)
        {
            var body = answer.Next(ref received);
            if (answer.Status is not (0 or 101 or 200))
            {
                End(answer.FirstLine!);
                return;
            }
            if (!body.IsEmpty)
            {
                if (!IsReady)
                {
                    IsReady = true;
                    set.OnReady();
                }
                _scan.Take(body, this, now);
            }
            if (answer.IsEnded)
            {
                End("the server ended the stream");
                return;
            }
        }
    }

    private void End(string why)
    {
        Close();
        set.OnClosed(this, why);
    }
}
