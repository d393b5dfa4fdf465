using System.Collections.Concurrent;
using System.Text;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventStream.Tests.Telemetry;

/// <summary>A collector that accepts OTLP over HTTP and keeps what it receives.</summary>
internal sealed class RecordingCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Body)> _exports = new();
    private LoopbackServer? _server;

    public Uri Address => _server!.Address;

    /// <summary>The received spans as protobuf, which contains texts unchanged.</summary>
    public string Traces => All("/v1/traces");

    public string Metrics => All("/v1/metrics");

    public static async Task<RecordingCollector> StartAsync(CancellationToken cancellationToken)
    {
        var collector = new RecordingCollector();
        collector._server = await LoopbackServer.StartAsync(collector.TakeAsync, cancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _exports.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        context.Response.ContentType = "application/x-protobuf";
    }

    private string All(string path) => string.Concat(_exports.Where(export => export.Path == path).Select(export => export.Body));
}
