using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Where the feed can't write to the socket itself, the server writes the events.</summary>
public sealed class UnsharedWriteTests
{
    private const string Session = "s";
    private const string Path = $"/events/{Session}?close=session";

    private static readonly string[] Expected = ["session_stream_started", .. Enumerable.Repeat("agent_thought", 20), "session_ended", "stream_closing"];

    private readonly Envelopes _events = new(Session);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_SendsTheEvents_OverHttp10()
    {
        await using var server = TestServer.Start();
        using var client = await ChunkedClient.ConnectAsync(server.Address);
        await client.AskAsync(Path, "1.0");
        var head = await client.ReadHeadAsync();
        head.ShouldStartWith("HTTP/1.1 200 OK\n");
        head.ShouldNotContain("Transfer-Encoding");
        await PublishAsync(server);
        var body = await client.ReadUntilClosedAsync();
        body.ShouldNotContain('\r');
        TypesIn(body).ShouldBe(Expected);
    }

    [Fact]
    public async Task Get_SendsTheEvents_OverHttp2()
    {
        await using var server = TestServer.Start(endpoint: listen => listen.Protocols = HttpProtocols.Http2);
        using var http = new HttpClient(new OverHttp2()) { BaseAddress = server.Address };
        // The three streams share one HTTP/2 connection.
        var clients = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SseClient.OpenAsync(http, Path)));
        foreach (var client in clients) client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await PublishAsync(server);
        foreach (var client in clients)
        {
            (await client.ReadToEndAsync()).Select(item => item.EventType).ShouldBe(Expected);
            client.Response.Version.ShouldBe(HttpVersion.Version20);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Get_SendsTheEvents_OverTls()
    {
        using var certificate = Certificate();
        await using var server = TestServer.Start(endpoint: listen => listen.UseHttps(certificate));
        using var client = await ChunkedClient.ConnectAsync(server.Address, secure: async plain =>
        {
            var secured = new SslStream(plain, leaveInnerStreamOpen: false);
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString(),
            }, Cancel);
            return secured;
        });
        var greeting = await client.OpenAsync(Path);
        await PublishAsync(server);
        string[] types = [greeting.Type, .. (await client.ReadToEndAsync()).Select(block => block.Type)];
        types.ShouldBe(Expected);
    }

    [Fact]
    public async Task Get_SendsTheEventsCompressed_WhenTheServerCompresses()
    {
        await using var server = TestServer.Start(services: services => services
            .AddResponseCompression(compression => compression.MimeTypes = ResponseCompressionDefaults.MimeTypes.Append("text/event-stream"))
            .AddSingleton<IStartupFilter>(new Before(app => app.UseResponseCompression())));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = server.Address };
        await using var client = await SseClient.OpenAsync(http, Path);
        await client.NextAsync();
        await PublishAsync(server);
        (await client.ReadToEndAsync()).Select(item => item.EventType).ShouldBe(Expected[1..]);
    }

    [Fact]
    public async Task Get_SendsTheEventsThroughAnotherBody_WhenSomethingStandsInFrontOfIt()
    {
        await using var server = TestServer.Start(services: services => services.AddSingleton<IStartupFilter>(new Before(app => app.Use(async (context, next) =>
        {
            context.Response.Body = new Marking(context.Response.Body);
            await next(context);
        }))));
        using var client = await ChunkedClient.ConnectAsync(server.Address);
        await client.AskAsync(Path);
        (await client.ReadHeadAsync()).ShouldContain("Transfer-Encoding: chunked\n");
        await PublishAsync(server);
        while (await client.ReadChunkAsync())
        {
            // Each chunk is added to Rest.
        }
        client.Rest.ShouldNotContain("agent_thought");
        TypesIn(Marking.Unmark(client.Rest)).ShouldBe(Expected);
    }

    private static IEnumerable<string> TypesIn(string body) =>
        body.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..]);

    // Waits until a greeted client has joined the feed, so that it receives all events live.
    private async Task PublishAsync(TestServer server)
    {
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams > 0, Cancel);
        foreach (var thought in _events.Thoughts(20)) await server.AppendAsync(Session, thought);
        await server.AppendAsync(Session, _events.SessionEnded());
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private sealed class OverHttp2() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Before(Action<IApplicationBuilder> use) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            use(app);
            next(app);
        };
    }

    /// <summary>Flips a bit of each byte that goes through it, so that a test sees which bytes bypassed it.</summary>
    private sealed class Marking(Stream inner) : Stream
    {
        private const int Mark = 0x40;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public static string Unmark(string text) => string.Concat(text.Select(sign => (char)(sign ^ Mark)));

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer.ToArray().Select(one => (byte)(one ^ Mark)).ToArray(), cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
