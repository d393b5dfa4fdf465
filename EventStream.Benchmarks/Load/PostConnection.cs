using System.Net;

namespace EventStream.Benchmarks.Load;

/// <summary>One connection that sends one POST after another.</summary>
internal sealed class PostConnection(SocketSet sockets, IPEndPoint server) : PublishingSocket(sockets, server)
{
    private ResponseReader _response;

    public int Unanswered { get; private set; }

    public string? Trouble { get; private set; }

    protected override bool IsAwaiting => Unanswered > 0;

    public void Post(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Write(head);
        Write(body);
        Unanswered++;
    }

    protected override void Take(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty)
        {
            _ = _response.Next(ref received);
            if (!_response.IsEnded) continue;
            if (_response.Status is < 200 or > 299) Trouble ??= _response.FirstLine;
            _response = default;
            Unanswered--;
        }
    }
}
