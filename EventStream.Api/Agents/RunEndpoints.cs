using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Api.Access.Limits;
using EventStream.Api.Agents.Posting;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Agents;

/// <summary>The way back to agents: ask for a run, stop it, steer it, answer it; and what a session's runs are at.</summary>
internal static class RunEndpoints
{
    private const string AskExample = """{"agent":"infrastructure_monitor","input":{"question":"Is the web server up?"}}""",
        StopExample = """{"reason":"user_stop"}""", SteerExample = """{"message":"Look at the web server first."}""", AnswerExample = """{"approved":true}""";

    public static void AddAgents(this IServiceCollection services)
    {
        services.AddSingleton<RunStates>();
        services.AddSingleton<Decisions>();
        services.AddSingleton<RunCommands>();
        services.AddSingleton<PostedRuns>();
        services.AddHostedService<LostRuns>();
    }

    public static void DescribeAsk(RouteHandlerBuilder route) => Describe(route, "Ask an agent for a run", AskExample,
            "Publishes `run_requested` to the session and to the agent's commands; a worker of the agent claims the run. `input` is any JSON value; `run_id` may be given, so that the request can be repeated: the same run of the same agent is answered 200. A run that nobody starts within `Agents:ClaimTimeout` fails as `unclaimed`.")
        .Produces<AskedRun>(StatusCodes.Status201Created)
        .Produces<AskedRun>();

    public static void DescribeInterrupt(RouteHandlerBuilder route) => Describe(route, "Ask a run to stop", StopExample, "Publishes `run_interrupt_requested`. The run goes on until its terminal event. `agent` is for a run that the session knows no more.").Produces<PublishReceipt>();

    public static void DescribeSteer(RouteHandlerBuilder route) => Describe(route, "Tell a run what to mind", SteerExample, "Publishes `run_steered`.").Produces<PublishReceipt>();

    public static void DescribeAnswer(RouteHandlerBuilder route) => Describe(route, "Allow a call of a tool, or refuse it", AnswerExample, "Publishes `tool_approval_answered`. The first answer counts; a second is answered 409.").Produces<PublishReceipt>();

    public static void DescribeRenew(RouteHandlerBuilder route) => route
        .WithSummary("Renew the lease of a run")
        .WithMetadata(new StoresNoEvents())
        .WithDescription("For a worker that has claimed a run with `lease` and has nothing to publish now. Events of the run renew it too.")
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> AskAsync(string sessionId, HttpContext context, CallerOf callers, CallerLimits limits, BodyReader bodies, RunCommands commands, StopGrace stop, CancellationToken cancellationToken)
    {
        var body = CommandBody.Parse(await bodies.ReadAsync(context.Request, stop.Ended, mayBeEmpty: true), AskExample, "agent", "input", "run_id", "requested_by");
        var agent = StreamKey.Agent(body.RequiredText("agent"));
        var caller = CallerIn(context, sessionId, callers, limits, body);
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, agent);
        var runId = body.Text("run_id") ?? $"run-{Guid.CreateVersion7():N}";
        var (run, isNew) = await commands.AskAsync(caller, runId, agent.Id, body.Element("input"), cancellationToken);
        return isNew ? TypedResults.Created((string?)null, run) : TypedResults.Ok(run);
    }

    public static async Task<Ok<PublishReceipt>> InterruptAsync(string sessionId, string runId, HttpContext context, CallerOf callers, CallerLimits limits, BodyReader bodies, RunCommands commands, StopGrace stop, CancellationToken cancellationToken)
    {
        var body = CommandBody.Parse(await bodies.ReadAsync(context.Request, stop.Ended, mayBeEmpty: true), StopExample, "reason", "requested_by", "agent");
        var caller = CallerIn(context, sessionId, callers, limits, body);
        var reason = body.Text("reason");
        return Answer(await commands.SayAsync(caller, runId, agent => new RunInterruptRequested { RunId = runId, Reason = reason, RequestedBy = caller.Name, Agent = agent }, cancellationToken));
    }

    public static async Task<Ok<PublishReceipt>> SteerAsync(string sessionId, string runId, HttpContext context, CallerOf callers, CallerLimits limits, BodyReader bodies, RunCommands commands, StopGrace stop, CancellationToken cancellationToken)
    {
        var body = CommandBody.Parse(await bodies.ReadAsync(context.Request, stop.Ended, mayBeEmpty: true), SteerExample, "message", "requested_by", "agent");
        var caller = CallerIn(context, sessionId, callers, limits, body);
        var message = body.RequiredText("message");
        return Answer(await commands.SayAsync(caller, runId, agent => new RunSteered { RunId = runId, Message = message, RequestedBy = caller.Name, Agent = agent }, cancellationToken));
    }

    public static async Task<Ok<PublishReceipt>> AnswerAsync(string sessionId, string runId, string approvalId, HttpContext context, CallerOf callers, CallerLimits limits, BodyReader bodies, RunCommands commands, StopGrace stop, CancellationToken cancellationToken)
    {
        var body = CommandBody.Parse(await bodies.ReadAsync(context.Request, stop.Ended, mayBeEmpty: true), AnswerExample, "approved", "reason", "answered_by", "agent");
        var caller = CallerIn(context, sessionId, callers, limits, body, "answered_by");
        return Answer(await commands.AnswerAsync(caller, runId, approvalId, body.RequiredFlag("approved"), body.Text("reason"), cancellationToken));
    }

    public static async Task<IResult> RenewAsync(string sessionId, string runId, HttpContext context, CallerOf callers, IEventBus bus, CancellationToken cancellationToken)
    {
        var stream = StreamKey.Session(sessionId);
        EnvelopeMember.RunId.Check(runId);
        return await ((ILeases)bus).RenewAsync(stream, runId, callers.Get(context).PublisherOn(stream), cancellationToken) ? TypedResults.NoContent()
            : throw new RunConflictException($"Run '{runId}' has no lease of this caller: it has ended, or wasn't claimed with one, or by another.");
    }

    private static CommandCaller CallerIn(HttpContext context, string sessionId, CallerOf callers, CallerLimits limits, CommandBody body, string nameMember = "requested_by")
    {
        var caller = CommandCaller.Of(context, StreamKey.Session(sessionId), callers, limits);
        // Who is known can't say that it is somebody else.
        return caller with { Name = caller.Name ?? body.Text(nameMember), Agent = body.Text("agent") };
    }

    private static Ok<PublishReceipt> Answer(EventReceipt receipt) => TypedResults.Ok(new PublishReceipt(receipt.EventId, receipt.Cursor?.ToString(), receipt.Outcome.Name()));

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string summary, string example, string description) => route
        .WithSummary(summary)
        .WithDescription($"`{example}`. {description}")
        .DescribesCommand(example);
}
