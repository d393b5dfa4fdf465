using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Connections;

public sealed class SseConnectionTests : IAsyncLifetime
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ServerConnection _features;
    private readonly DefaultHttpContext _context;
    private Socket _client = null!;

    public SseConnectionTests()
    {
        _features = new ServerConnection(_server);
        var collection = new FeatureCollection();
        collection.Set<IHttpRequestFeature>(new HttpRequestFeature { Protocol = "HTTP/1.1" });
        collection.Set<IHttpResponseBodyFeature>(_features);
        collection.Set<IHttpResponseFeature>(_features);
        collection.Set<IHttpConnectionFeature>(_features);
        collection.Set<IConnectionSocketFeature>(_features);
        collection.Set<IHttpRequestLifetimeFeature>(_features);
        _context = new DefaultHttpContext(collection);
        _context.Response.Headers.TransferEncoding = "chunked";
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await _server.ConnectAsync(listener.LocalEndPoint!, Cancel);
        _client = await listener.AcceptAsync(Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(20_000_000, true)]
    public async Task CloseAsync_CutsTheConnection_WhenAChunkIsHalfSent(int bytes, bool isHalfSent)
    {
        var frame = Frame.Of(new LogEntry(new Cursor(7, 1), EventWriter.ToUtf8(new Envelopes("s").Thought())));
        var large = Frame.Of(new LogEntry(new Cursor(7, 1), Encoding.UTF8.GetBytes($$$"""{"type":"agent_thought","payload":{"content":"{{{new string('x', bytes)}}}"}}""")));
        var connection = new SseConnection(_context, DialectCatalogue.Canonical, TimeProvider.System);
        await connection.OpenAsync(frame);
        connection.TakesSharedWrites.ShouldBeTrue();

        connection.TrySend(new SharedWrite(FrameRun.Of([large], new FrameSelection(0, DialectCatalogue.Canonical, EventFilter.All))!), now: 0).ShouldBe(!isHalfSent);
        await connection.CloseAsync(SubscriberEnd.SlowConsumer, closing: null);

        _features.IsAborted.ShouldBe(isHalfSent);
    }

    /// <summary>One object for all, as Kestrel's connection is.</summary>
    private sealed class ServerConnection(Socket socket) : IHttpResponseBodyFeature, IHttpResponseFeature, IHttpConnectionFeature, IConnectionSocketFeature, IHttpRequestLifetimeFeature
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

        public bool IsAborted { get; private set; }

        public Socket Socket => socket;

        public Stream Stream => _pipe.Writer.AsStream();

        public PipeWriter Writer => _pipe.Writer;

        public int StatusCode { get; set; } = 200;

        public string? ReasonPhrase { get; set; }

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        public Stream Body { get; set; } = Stream.Null;

        public bool HasStarted => false;

        public string ConnectionId { get; set; } = "";

        public IPAddress? RemoteIpAddress { get; set; }

        public IPAddress? LocalIpAddress { get; set; }

        public int RemotePort { get; set; }

        public int LocalPort { get; set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;

        public void DisableBuffering()
        {
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task CompleteAsync() => Task.CompletedTask;

        public void OnStarting(Func<object, Task> callback, object state)
        {
        }

        public void OnCompleted(Func<object, Task> callback, object state)
        {
        }
    }
}
