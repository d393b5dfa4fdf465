using System.Diagnostics.Metrics;
using EventStream.Api.Limits;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Requests;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Dialects;
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

    public Feed Feed(StreamKey stream)
    {
        var audience = new AudienceContext(_metrics, TimeProvider.System, NullLogger<Audience>.Instance);
        return new Feed(stream, new FeedContext(Bus, new WindowBudget(WindowBudget.MaxBytes), new ByteBudget(long.MaxValue), TimeProvider.System, _metrics, NullLogger<Feed>.Instance, feed => new Audience(feed, audience)));
    }

    public static Subscriber Subscriber(Feed feed, Events.Cursor start)
    {
        var context = new DefaultHttpContext();
        return Subscriber(feed, start, new SseConnection(context, DialectCatalogue.Canonical, TimeProvider.System));
    }

    public static Subscriber Subscriber(Feed feed, Events.Cursor start, ClientConnection connection) => new(
        feed, connection, StreamRequest.Parse(feed.Stream, Transport.Sse, new DefaultHttpContext().Request), start, feed.Rewinds, TimeProvider.System, TimeSpan.FromHours(1));

    public void Dispose() => _services.Dispose();
}
