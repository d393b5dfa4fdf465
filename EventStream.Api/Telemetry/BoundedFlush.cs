using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EventStream.Api.Telemetry;

/// <summary>Exports the last spans and metrics when the server stops, and gives up after a second.</summary>
/// <remarks>Without this the SDK waits ten seconds for a collector that doesn't answer: five for traces, then five for metrics.</remarks>
internal sealed class BoundedFlush(TracerProvider traces, MeterProvider metrics) : IHostedService
{
    private const int FlushMs = 1000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After a shutdown the container disposes both without waiting.
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => traces.Shutdown(FlushMs), CancellationToken.None),
        Task.Run(() => metrics.Shutdown(FlushMs), CancellationToken.None));
}
