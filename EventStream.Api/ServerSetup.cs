using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventStream.Api.Agents;
using EventStream.Api.Agents.Posting;
using EventStream.Api.AgUi;
using EventStream.Api.AiSdk;
using EventStream.Api.CopilotKit;
using EventStream.Api.Health;
using EventStream.Api.History;
using EventStream.Api.Ingest;
using EventStream.Api.Inspector;
using EventStream.Api.Limits;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Security;
using EventStream.Api.Settings;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Requests;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace EventStream.Api;

/// <summary>What the whole server shares: address, limits, JSON, options, the bus.</summary>
internal static class ServerSetup
{
    // A client may send half a request or not read its answer; the stop doesn't wait for it longer than this.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(4);

    // A crowd that reconnects at once finds room to wait; the system's own bound (net.core.somaxconn) is this by default.
    private const int Backlog = 4096;

    // What the kernel holds for a client that doesn't read: without a bound it grows to 4 MiB (net.ipv4.tcp_wmem) each. The kernel counts it double.
    private const int SendBufferBytes = 256 * 1024;

    // Below the 350 s after which the least patient of the widespread networks forget a silent connection; a peer that is gone is noticed after two minutes.
    private const int KeepAliveSeconds = 60, KeepAliveIntervalSeconds = 10, KeepAliveProbes = 6;

    // What Kestrel reads ahead for each connection, whether or not anyone takes it; 1 MiB by default.
    private const int ReadAheadBytes = 64 * 1024;

    public static void AddServerDefaults(this WebApplicationBuilder builder)
    {
        CommandLine.CheckSections(builder.Configuration);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls("http://localhost:8000");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Kestrel counts the framing of chunks too; publishing counts the body itself.
            kestrel.Limits.MaxRequestBufferSize = ReadAheadBytes;
            kestrel.Limits.MaxRequestBodySize = 2 * DialectSettings.MaxBodyBytes;
            var bound = kestrel.ApplicationServices.GetRequiredService<ConnectionBound>();
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => bound.RunAsync(connection, next)));
        });
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.Backlog = Backlog;
            // A flush ends when the bytes are sent: only then may a stream be written to the socket itself.
            sockets.MaxWriteBufferSize = 1;
            // Connections take the buffer over from the socket that accepts them.
            sockets.CreateBoundListenSocket = endPoint =>
            {
                var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
                socket.SendBufferSize = SendBufferBytes;
                if (endPoint is IPEndPoint) KeepAlive(socket);
                return socket;
            };
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton<ConnectionBound>();
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<IDeveloperPageExceptionFilter, NoErrorPage>();
        builder.Services.AddBrowserHeaders();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AnswerJsonContext.Default);
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.AddSettings<StreamingOptions>(StreamingOptions.Section, options => options.Problem());
        builder.AddSettings<PublishingOptions>(PublishingOptions.Section, options => options.Problem());
        builder.AddSettings<IngestOptions>(IngestOptions.Section, options => options.Problem());
        builder.AddSettings<AgentsOptions>(AgentsOptions.Section, options => options.Problem());
        builder.Services.AddSingleton(InspectorSettings.Read(builder.Configuration));
        builder.Services.AddSingleton(DialectSettings.Read(builder.Configuration));
        builder.Services.AddAgUi();
        builder.Services.AddSingleton<CopilotRuntime>();
        builder.Services.AddSingleton<Chats>();
        builder.Services.AddHostedService<InspectorBuild>();
    }

    public static void UseServerDefaults(this WebApplication app)
    {
        app.Services.GetRequiredService<ConnectionBound>().Check();
        app.UseBrowserHeaders();
        app.UseReadableHosts();
        // What waits around a handler is kept for as long as its stream lives.
        app.UseWhen(context => StreamRoute.Of(context) is null, other =>
        {
            other.UseExceptionHandler();
            // The framework's own page is plain text for those who don't name JSON.
            other.UseStatusCodePages(page => TypedResults.Problem(statusCode: page.HttpContext.Response.StatusCode, title: UnknownAddress.Title(page.HttpContext)).ExecuteAsync(page.HttpContext));
        });
        app.UseWhen(context => StreamRoute.Of(context)?.Transport == Transport.WebSocket, sockets => sockets.Use(next => context => WatchedUpgrade.WatchAsync(context, next)).UseWebSockets());
        app.UseWhen(context => context.Request.Headers.Origin.Count > 0, page => page.UseCors());
    }

    public static void AddEventBus(this WebApplicationBuilder builder)
    {
        var settings = new RedisSettings();
        builder.Configuration.Read(RedisSettings.Section, settings, redis => redis.Problem());
        var memory = new InMemoryBusSettings();
        builder.Configuration.Read(InMemoryBusSettings.Section, memory, bus => bus.Problem());
        var options = new EventStreamOptions
        {
            Redis = builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } text ? text : null,
            RedisCommandTimeout = settings.CommandTimeout,
            InMemoryMaxStreams = memory.MaxStreams,
            InMemoryMaxBytes = memory.MaxBytes,
        };
        builder.Configuration.Read("Log", options.Log, log => log.Problem());
        if (options.Problem() is { } problem) throw new SettingException(problem);
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddEventStream();
        builder.Services.AddHostedService<BusStart>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<HistoryPlaces>();
    }

    // A machine that is gone sends nothing, so a connection that waits for it, such as an upload that says nothing for hours, would stay for good.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }

    private static void AddSettings<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TSettings>(this WebApplicationBuilder builder, string section, Func<TSettings, string?> problem) where TSettings : class, new()
    {
        var settings = new TSettings();
        builder.Configuration.Read(section, settings, problem);
        builder.Services.AddSingleton(Options.Create(settings));
    }
}
