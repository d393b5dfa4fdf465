using System.Text;

namespace EventStream.Benchmarks.Load;

/// <summary>One client of one stream: requests it, reads it and checks each event, without an allocation per event.</summary>
internal sealed class LoadStream(StreamSet set, int session) : IPolled
{
    private int _socket = -1;
    private int _token;
    private bool _hasAsked;
    private ResponseReader _response;
    private MarkerScan _scan;
    private SequenceCheck _check;

    public int Session => session;

    public bool IsOpen => _socket >= 0;

    /// <summary>Whether a part of the body has arrived, which shows that the server has joined the stream.</summary>
    public bool IsReady { get; private set; }

    public void Open()
    {
        _socket = set.Sockets.Connect(set.EndPoint, this, out _token);
        if (_socket < 0) set.OnClosed(this, "the connection was refused");
    }

    public void OnReady(Ready ready)
    {
        if (_socket < 0) return;
        if (_hasAsked) Read();
        else Ask();
    }

    public void OnEvent(Marker marker, long now)
    {
        if (marker.Session != session) set.Tally.Stray();
        else set.Tally.Take(_check.Take(marker.Number), marker.Sent, now);
    }

    public long LostOf(int published) => _check.LostOf(published);

    public void Close()
    {
        if (_socket < 0) return;
        _ = Linux.Close(_socket);
        _socket = -1;
    }

    private void Ask()
    {
        var error = SocketSet.ErrorOf(_socket);
        var request = Encoding.ASCII.GetBytes(set.RequestOf(session));
        if (error != 0 || Linux.Send(_socket, request, request.Length, Linux.NoSignal) != request.Length)
        {
            End("the connection was refused");
            return;
        }
        _hasAsked = true;
        set.Sockets.Watch(_socket, _token, Ready.Read);
    }

    private void Read()
    {
        var count = Linux.Receive(_socket, set.Sockets.Buffer, set.Sockets.Buffer.Length, 0);
        if (count < 0 && Linux.LastError is Linux.TryAgain or Linux.Interrupted) return;
        if (count <= 0)
        {
            End("the server closed the stream");
            return;
        }
        set.Tally.Bytes += count;
        Take(set.Sockets.Buffer.AsSpan(0, (int)count), LoadClock.Now);
    }

    private void Take(ReadOnlySpan<byte> received, long now)
    {
        while (!received.IsEmpty)
        {
            var body = _response.Next(ref received);
            if (_response.Status is not (0 or 101 or 200))
            {
                End(_response.FirstLine!);
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
            if (_response.IsEnded)
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
