using EventStream.Api.Cors;
using EventStream.Api.Limits;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

/// <summary>What streams are served by.</summary>
internal static class StreamingSetup
{
    public static void AddStreaming(this IServiceCollection services)
    {
        services.AddSingleton<AudienceContext>();
        services.AddSingleton(provider => new FeedContext(
            provider.GetRequiredService<IEventBus>(),
            new WindowBudget(provider.GetRequiredService<IOptions<StreamingOptions>>().Value.WindowBytes),
            new ByteBudget(provider.GetRequiredService<IOptions<StreamingOptions>>().Value.DialectBytes),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StreamMetrics>(),
            provider.GetRequiredService<ILogger<Feed>>(),
            feed => new Audience(feed, provider.GetRequiredService<AudienceContext>())));
        services.AddSingleton(provider => provider.GetRequiredService<FeedContext>().BulkReads);
        services.AddSingleton<FeedTable>();
        services.AddSingleton<Joining>();
        services.AddSingleton<DeliveryLoop>();
        services.AddHostedService<StreamPulse>();
        services.AddSingleton<ViewerReports>();
        services.AddHostedService(provider => provider.GetRequiredService<ViewerReports>());
        services.AddSingleton<OriginCheck>();
        services.AddSingleton<StreamHandler>();
    }
}
