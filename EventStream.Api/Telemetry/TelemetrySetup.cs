using System.Diagnostics;

namespace EventStream.Api.Telemetry;

/// <summary>Exports traces and metrics over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class TelemetrySetup
{
    /// <summary>Our own spans.</summary>
    public static ActivitySource Source { get; } = new("EventStream");

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StreamMetrics>();
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;
        builder.Services.AddHostedService<OpenTelemetryExport>();
    }
}
