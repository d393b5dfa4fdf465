using System.Diagnostics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventStream.Api.Telemetry;

/// <summary>Exports traces and metrics over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; <c>OTEL_*</c> settings configure it.</summary>
internal static class TelemetrySetup
{
    // Covers the names of Core too.
    private const string OwnNames = "EventStream*";

    /// <summary>Our own spans.</summary>
    public static ActivitySource Source { get; } = new("EventStream");

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StreamMetrics>();
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) Export(builder.Services);
    }

    // A separate method, so that the runtime doesn't load the SDK without an endpoint.
    private static void Export(IServiceCollection services)
    {
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("eventstream").AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(OwnNames).AddAspNetCoreInstrumentation(StreamSpans.LeaveOut).AddOtlpExporter())
            .WithMetrics(metrics => metrics.AddMeter(OwnNames).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddOtlpExporter());
        services.AddHostedService<BoundedFlush>();
    }
}
