using EventStream.Api.History;
using EventStream.Api.Problems;
using EventStream.Api.Streaming.Delivery;
using EventStream.Bus;
using EventStream.Sessions.Snapshots;
using EventStream.Sources;

namespace EventStream.Api.Sessions;

/// <summary>Where a session stands, for those who come to it without its stream.</summary>
internal static class SessionEndpoints
{
    public static void DescribeState(RouteHandlerBuilder route) => route
        .WithSummary("Read where a session stands")
        .WithDescription("What its events add up to: runs, messages and tool calls that go on, questions that wait for an answer; and how many clients watch it over all nodes. Stream from `cursor` to go on. A session without events has empty lists.")
        .Produces<SessionSnapshot>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> ReadAsync(string sessionId, HttpContext context, SourceIngest states, ViewerReports viewers, HistoryPlaces places, CancellationToken cancellationToken)
    {
        var session = StreamKey.Session(sessionId);
        // A state may be read from the whole log, as a history is.
        using var place = await places.TakeAsync(cancellationToken);
        if (place is null) return ProblemResults.TooManyHistories(context);
        var snapshot = SessionSnapshot.Of(session.Id, await states.ReadStateAsync(session, cancellationToken), await viewers.CountAsync(session, cancellationToken));
        return TypedResults.Bytes(SnapshotJson.Write(snapshot), "application/json");
    }
}
