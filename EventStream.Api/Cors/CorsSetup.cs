using System.Text;
using EventStream.Api.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace EventStream.Api.Cors;

/// <summary>The origins whose pages may stream and publish: those of <c>Cors:Origins</c>, and in Development every port of localhost.</summary>
internal static class CorsSetup
{
    public static void AddCorsAllowList(this WebApplicationBuilder builder)
    {
        builder.Configuration.RequireNames("Cors", "Origins");
        var allowed = OriginSetting.Read(builder.Configuration.GetSection("Cors:Origins"));
        var isDevelopment = builder.Environment.IsDevelopment();
        // With their cookies from the listed origins alone: any program on this machine may serve a page of localhost.
        builder.Services.AddSingleton<ICorsPolicyProvider>(new OriginPolicies(allowed, PolicyOf(allowed.Contains).AllowCredentials().Build(), PolicyOf(origin => allowed.Contains(origin) || (isDevelopment && origin.IsLoopback)).Build()));
        builder.Services.AddCors();
    }

    private static CorsPolicyBuilder PolicyOf(Func<PageOrigin, bool> isAllowed) => new CorsPolicyBuilder()
        // Browsers write origins in ASCII, and the answer can't repeat another one.
        .SetIsOriginAllowed(text => Ascii.IsValid(text) && PageOrigin.TryParse(text) is { } origin && isAllowed(origin))
        .WithMethods("GET", "POST", "DELETE")
        // baggage and tracestate: OpenTelemetry in a page sends them beside traceparent. X-Run-Id: TanStack AI sends it beside its posts.
        .WithHeaders("Accept", "Authorization", "baggage", "Cache-Control", "Content-Type", "If-None-Match", "Last-Event-ID", "traceparent", "tracestate", "X-Run-Id")
        .WithExposedHeaders("ETag", "Retry-After", "x-workflow-run-id", "x-workflow-stream-tail-index")
        .SetPreflightMaxAge(TimeSpan.FromHours(1));
}
