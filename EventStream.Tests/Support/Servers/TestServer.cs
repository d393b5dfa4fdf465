using System.Net;
using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Events;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>The whole server on a free loopback port: real Kestrel, real sockets.</summary>
internal sealed class TestServer : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string> _settings;
    private readonly Action<IServiceCollection>? _services;
    private HttpClient? _client;

    private TestServer(Dictionary<string, string> settings, Action<IServiceCollection>? services) => (_settings, _services) = (settings, services);

    public Uri Address { get; private set; } = null!;

    /// <summary>A client without a time limit or a limit on connections.</summary>
    public HttpClient Client => _client!;

    public FeedTable Feeds => Services.GetRequiredService<FeedTable>();

    public IEventBus Bus => Services.GetRequiredService<IEventBus>();

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Such as <c>Streaming:Heartbeat</c> or <c>ConnectionStrings:Redis</c>.</param>
    /// <param name="services">Replaces parts of the server.</param>
    /// <param name="endpoint">Sets the protocols of the endpoint.</param>
    public static TestServer Start(Dictionary<string, string>? settings = null, Action<IServiceCollection>? services = null, Action<ListenOptions>? endpoint = null)
    {
        var server = new TestServer(settings ?? [], services);
        server.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => endpoint?.Invoke(listen)));
        server.StartServer();
        server.Address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        server._client = NewClient(server.Address);
        return server;
    }

    /// <summary>A server with the test's own bus.</summary>
    public static TestServer StartWith(IEventBus bus, Dictionary<string, string>? settings = null) =>
        Start(settings, services => services.AddSingleton(bus));

    /// <summary>Appends events to a session as another process would.</summary>
    /// <returns>The events' cursors.</returns>
    public async Task<Cursor[]> AppendAsync(string sessionId, params Event[] events)
    {
        var cursors = new List<Cursor>();
        foreach (var batch in events.Chunk(1000))
        {
            var result = await Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(sessionId), Events = batch }, TestContext.Current.CancellationToken);
            cursors.AddRange(result.Receipts.Select(receipt => receipt.Cursor!.Value));
        }
        return [.. cursors];
    }

    /// <summary>Stops the server as at the end of its process.</summary>
    public Task StopAsync() => Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);

    public Task<SseClient> OpenAsync(string pathAndQuery, string? lastEventId = null) => SseClient.OpenAsync(Client, pathAndQuery, lastEventId);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("urls", "http://127.0.0.1:0");
        foreach (var (name, value) in _settings) builder.UseSetting(name, value);
        builder.ConfigureLogging(logging =>
        {
            logging.ClearProviders();
            if (ServerLogs.AreKept) logging.AddProvider(new ServerLogs());
        });
        if (_services is not null) builder.ConfigureServices(_services);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _client?.Dispose();
        base.Dispose(disposing);
    }

    private static HttpClient NewClient(Uri address) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
}
