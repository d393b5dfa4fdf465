using System.Net.Sockets;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Benchmarks.Parts.Server;

/// <summary>A connection that takes shared writes only.</summary>
internal sealed class SocketConnection : ClientConnection
{
    private readonly ChunkedSocketWriter _writer;

    public SocketConnection(Socket socket) : base(DialectCatalogue.Canonical, TimeProvider.System)
    {
        _writer = new ChunkedSocketWriter(socket);
        AllowSharedWrites();
    }

    public override Transport Transport => Transport.Sse;

    public override SocketProgress? Progress => null;

    public override Task OpenAsync(Frame greeting) => throw new NotSupportedException();

    public override ValueTask WriteAsync(Frame frame) => throw new NotSupportedException();

    public override ValueTask FlushAsync() => throw new NotSupportedException();

    public override bool TryWriteKeepAlive(Cursor? moved) => throw new NotSupportedException();

    public override Task CloseAsync(SubscriberEnd end, Frame? closing) => throw new NotSupportedException();

    public override Task FailAsync(Frame closing) => throw new NotSupportedException();

    public override Task RefuseAsync(SubscriberEnd end, Frame closing) => throw new NotSupportedException();

    public override void Abort() => throw new NotSupportedException();

    protected override bool TrySend(SharedWrite write) => _writer.TrySend(write.Chunk);
}
