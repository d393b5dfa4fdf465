using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStream.Api.Streaming.Connections;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Connections;

public sealed class ChunkedSocketWriterTests : IAsyncLifetime
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 8192 };
    private Socket _client = null!;
    private ChunkedSocketWriter _writer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await _server.ConnectAsync(listener.LocalEndPoint!, Cancel);
        _client = await listener.AcceptAsync(Cancel);
        _writer = new ChunkedSocketWriter(_server);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task FlushAsync_SendsWhatWasWrittenAsOneChunk_AndKeepsNothing()
    {
        _writer.Write("abc"u8);
        _writer.Write("defghijklmnopqrst"u8);
        _writer.UnflushedBytes.ShouldBe(20);
        (await _writer.FlushAsync(Cancel)).IsCompleted.ShouldBeFalse();
        _writer.UnflushedBytes.ShouldBe(0);
        await ShouldReceiveAsync("14\r\nabcdefghijklmnopqrst\r\n");

        // An empty chunk would end the response.
        await _writer.FlushAsync(Cancel);
        _writer.Write("next"u8);
        await _writer.FlushAsync(Cancel);
        await ShouldReceiveAsync("4\r\nnext\r\n");
    }

    [Fact]
    public async Task GetSpan_KeepsWhatWasWritten_WhenMoreRoomIsAskedFor()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 50; i++)
        {
            var piece = new string((char)('a' + i % 26), 1 + 37 * i);
            var room = _writer.GetSpan(piece.Length);
            room.Length.ShouldBeGreaterThanOrEqualTo(piece.Length);
            _writer.Advance(Encoding.ASCII.GetBytes(piece, room));
            text.Append(piece);
        }
        _writer.UnflushedBytes.ShouldBe(text.Length);
        var flushing = _writer.FlushAsync(Cancel).AsTask();
        await ShouldReceiveAsync($"{text.Length:x}\r\n{text}\r\n");
        (await flushing).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task TrySend_SendsTheChunkAsItIs_WhenThereIsRoom()
    {
        _writer.TrySend("3\r\nabc\r\n"u8.ToArray()).ShouldBeTrue();
        (_writer.UnflushedBytes, _writer.IsInsideChunk).ShouldBe((0, false));
        await ShouldReceiveAsync("3\r\nabc\r\n");
    }

    [Fact]
    public async Task FlushAsync_SendsTheRestOfAChunkFirst_WhenTheKernelDidNotTakeAllOfIt()
    {
        // Much more than the kernel's buffers hold.
        var chunk = Encoding.ASCII.GetBytes($"{10_000_000:x}\r\n{new string('x', 10_000_000)}\r\n");
        _writer.TrySend(chunk).ShouldBeFalse();
        _writer.IsInsideChunk.ShouldBeTrue();
        _writer.UnflushedBytes.ShouldBeInRange(1, chunk.Length - 1);
        var rest = _writer.UnflushedBytes;

        _writer.Write(":\n"u8);
        _writer.UnflushedBytes.ShouldBe(rest + 2);
        var flushing = _writer.FlushAsync(Cancel).AsTask();
        flushing.IsCompleted.ShouldBeFalse();
        await ShouldReceiveAsync(Encoding.ASCII.GetString(chunk) + "2\r\n:\n\r\n");
        (await flushing).IsCompleted.ShouldBeFalse();
        (_writer.UnflushedBytes, _writer.IsInsideChunk).ShouldBe((0, false));
        _writer.TrySend("1\r\ny\r\n"u8.ToArray()).ShouldBeTrue();
        await ShouldReceiveAsync("1\r\ny\r\n");
    }

    [Fact]
    public async Task TrySend_KeepsTheWholeChunk_WhenTheKernelHasNoRoomAtAll()
    {
        var large = Encoding.ASCII.GetBytes($"{10_000_000:x}\r\n{new string('x', 10_000_000)}\r\n");
        _writer.TrySend(large).ShouldBeFalse();
        var rest = (int)_writer.UnflushedBytes;
        // A second writer only shows that the kernel's buffer is full; the server uses one writer for a socket.
        var second = new ChunkedSocketWriter(_server);
        second.TrySend("1\r\ny\r\n"u8.ToArray()).ShouldBeFalse();
        second.UnflushedBytes.ShouldBe(6);
        await ReceiveAsync(large.Length - rest);
        await Eventually.TrueAsync(() => _server.Poll(0, SelectMode.SelectWrite), Cancel);
        (await second.FlushAsync(Cancel)).IsCompleted.ShouldBeFalse();
        await ShouldReceiveAsync("1\r\ny\r\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FlushAsync_SaysThatTheClientIsGone_WhenTheConnectionIsDead(bool isDisposed)
    {
        if (isDisposed)
        {
            _server.Dispose();
        }
        else
        {
            _client.LingerState = new LingerOption(enable: true, seconds: 0);
            _client.Dispose();
            // The kernel reports the reset to a read.
            await Should.ThrowAsync<SocketException>(async () => await _server.ReceiveAsync(new byte[1], Cancel));
        }
        _writer.TrySend("1\r\ny\r\n"u8.ToArray()).ShouldBeFalse();
        (await _writer.FlushAsync(Cancel)).IsCompleted.ShouldBeTrue();
        _writer.Write("more"u8);
        (await _writer.FlushAsync(Cancel)).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task FlushAsync_Ends_WhenTheConnectionIsCutWhileItWaits()
    {
        _writer.TrySend(new byte[10_000_000]).ShouldBeFalse();
        var flushing = _writer.FlushAsync(Cancel).AsTask();
        flushing.IsCompleted.ShouldBeFalse();
        _server.Dispose();
        (await flushing.WaitAsync(Timeouts.Default, Cancel)).IsCompleted.ShouldBeTrue();
    }

    private async Task ShouldReceiveAsync(string expected) =>
        (Encoding.ASCII.GetString(await ReceiveAsync(expected.Length)) == expected).ShouldBeTrue();

    private async Task<byte[]> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = await _client.ReceiveAsync(bytes.AsMemory(at), Cancel).AsTask().WaitAsync(Timeouts.Default, Cancel);
            if (received == 0) throw new EndOfStreamException();
            at += received;
        }
        return bytes;
    }
}
