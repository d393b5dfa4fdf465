using System.Diagnostics.Metrics;
using EventStream.Api.Streaming;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventStream.Benchmarks.Parts.Server;

/// <summary>Feeds and subscribers without a server around them.</summary>
internal sealed class FeedParts : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly StreamMetrics _metrics;

    public FeedParts() => _metrics = new StreamMetrics(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System);

    public InMemoryEventBus Bus { get; } = new();

    public Feed Feed(StreamKey stream) => new(stream, new FeedContext(Bus, new WindowBudget(WindowBudget.MaxBytes), TimeProvider.System, _metrics, NullLogger<Feed>.Instance));

    public static Subscriber Subscriber(Feed feed, Events.Cursor start)
    {
        var context = new DefaultHttpContext();
        return new(feed, new SseConnection(context, Dialect.Canonical, TimeProvider.System), StreamRequest.Parse(feed.Stream, Protocol.Sse, context.Request),
            start, feed.Rewinds, TimeProvider.System, TimeSpan.FromHours(1));
    }

    public void Dispose() => _services.Dispose();
}
