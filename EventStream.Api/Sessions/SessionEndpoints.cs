using EventStream.Api.History;
using EventStream.Api.Problems;
using EventStream.Api.Streaming.Delivery;
using EventStream.Bus;
using EventStream.Sessions;
using EventStream.Sources;

namespace EventStream.Api.Sessions;

/// <summary>Where a session stands, for those who come to it without its stream.</summary>
internal static class SessionEndpoints
{
    public static void DescribeState(RouteHandlerBuilder route) => route
        .WithSummary("Read where a session stands")
        .WithDescription("What its events add up to: runs, messages and tool calls that go on, questions that wait for an answer; and how many clients watch it over all nodes. Stream from `cursor` to go on. A session without events has empty lists.")
        .Produces<SessionReport>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> ReadAsync(string sessionId, HttpContext context, SourceIngest states, ViewerReports viewers, HistoryPlaces places, CancellationToken cancellationToken)
    {
        var session = StreamKey.Session(sessionId);
        // A state may be read from the whole log, as a history is.
        using var place = await places.TakeAsync(cancellationToken);
        if (place is null) return ProblemResults.TooManyHistories(context);
        return TypedResults.Ok(Of(session, await states.ReadStateAsync(session, cancellationToken), await viewers.CountAsync(session, cancellationToken)));
    }

    private static SessionReport Of(StreamKey session, SessionState state, long viewers) => new(
        session.Id, state.Head.ToString(), viewers, state.AgentStatus,
        [.. state.Runs.Select(run => new ReportedRun(
            run.Key, run.Value.Status, run.Value.Agent, run.Value.ProjectId, run.Value.ParentRunId, run.Value.ParentToolCallId, run.Value.BeganAt, run.Value.EndedAt, run.Value.ErrorType))],
        [.. state.OpenMessages.Select(message => new ReportedMessage(message.Id, message.IsThought ? "thought" : "message", message.Text.ToString(), message.IsCut, message.Agent, message.RunId))],
        [.. state.OpenToolCalls.Select(call => new ReportedToolCall(call.Id, call.Name, call.Agent, call.RunId))],
        [.. state.PendingApprovals.Select(asked => new ReportedApproval(asked.Key, asked.Value.RunId, asked.Value.ToolCallId, asked.Value.ToolName))]);
}
