using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Health;

internal static class HealthEndpoints
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(1);

    public static void DescribeLive(RouteHandlerBuilder route) => route.WithSummary("Whether the process runs");

    public static void DescribeReady(RouteHandlerBuilder route) => route
        .WithSummary("Whether the server can take streams and events")
        .Produces<HealthReport>()
        .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);

    public static Ok<HealthReport> Live() => TypedResults.Ok(new HealthReport("live", null));

    public static async Task<IResult> ReadyAsync(IEventBus bus, FeedTable feeds, CancellationToken cancellationToken)
    {
        if (feeds.IsDraining) return NotReady("The server is stopping.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(PingTimeout);
        try
        {
            await bus.PingAsync(deadline.Token);
            return TypedResults.Ok(new HealthReport("ready", null));
        }
        catch (Exception e) when (e is BusUnavailableException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return NotReady("Redis can't be reached.");
        }
    }

    private static JsonHttpResult<HealthReport> NotReady(string reason) =>
        TypedResults.Json(new HealthReport("not_ready", reason), statusCode: StatusCodes.Status503ServiceUnavailable);
}
