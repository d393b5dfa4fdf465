using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventStream.Api.Telemetry;

/// <summary>Runs the OpenTelemetry SDK for as long as the server runs; OTEL_* variables configure it.</summary>
internal sealed class OpenTelemetryExport : IHostedService, IDisposable
{
    private const int FlushMs = 1000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("eventstream"))
            .AddSource(TelemetrySetup.Source.Name, "Microsoft.AspNetCore")
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("eventstream"))
            .AddMeter(StreamMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Flushes what was not exported yet, side by side: a collector that hangs holds up the stop no longer than this.
        await Task.WhenAll(
            Task.Run(() => _traces?.Shutdown(FlushMs), CancellationToken.None),
            Task.Run(() => _metrics?.Shutdown(FlushMs), CancellationToken.None));
        Dispose();
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        (_traces, _metrics) = (null, null);
    }
}
