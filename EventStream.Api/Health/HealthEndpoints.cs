using System.Text.Json;
using EventStream.Api.Streaming.Feeds;
using EventStream.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Health;

internal static class HealthEndpoints
{
    // An answer with a status of its own is written past the web server's settings.
    private static readonly AnswerJsonContext Json = new(new JsonSerializerOptions(AnswerJsonContext.Default.Options) { Encoder = JsonEncoder.Instance });

    public static void DescribeLive(RouteHandlerBuilder route) => route.WithSummary("Whether the process runs");

    public static void DescribeReady(RouteHandlerBuilder route) => route
        .WithSummary("Whether the server can take streams and events")
        .WithDescription("Proves it by a small write, once a second at most. When it can't, `reason` says why.")
        .Produces<HealthReport>()
        .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);

    public static Ok<HealthReport> Live() => TypedResults.Ok(new HealthReport("live", null));

    public static async Task<IResult> ReadyAsync(Readiness readiness, FeedTable feeds, CancellationToken cancellationToken)
    {
        if (feeds.IsDraining) return NotReady("The server is stopping.");
        return await readiness.ObstacleAsync().WaitAsync(cancellationToken) is { } obstacle ? NotReady(obstacle) : TypedResults.Ok(new HealthReport("ready", null));
    }

    private static JsonHttpResult<HealthReport> NotReady(string reason) =>
        TypedResults.Json(new HealthReport("not_ready", reason), Json.HealthReport, statusCode: StatusCodes.Status503ServiceUnavailable);
}
