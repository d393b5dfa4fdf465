using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.Agents;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing.Validation;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Publishing;

internal static class PublishEndpoints
{
    private const int ShownRuns = 5;

    public static void AddPublishing(this IServiceCollection services)
    {
        services.AddSingleton<StopGrace>();
        services.AddSingleton<BoundedAppend>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<FaultWarnings>();
    }

    public static void DescribePublish(RouteHandlerBuilder route) => route
        .WithSummary("Publish events to a session")
        .WithDescription("One event, a JSON array, or NDJSON (one event a line). The request is validated whole and stored in the session in one atomic step: "
            + "either all its events are taken or none. Events with a `project_id` go on to their project's stream, and with `broadcast=true` to the broadcast stream; the answer comes when all hold them. Only `type` must be given. Answers one receipt per event, in order; 409 when nothing was stored because the runs had ended, or were claimed and had started.")
        .DescribesBroadcast()
        .DescribesQuery(ClaimQuery.ClaimName, "true: each run_started is stored only if its run hasn't started; else it is answered run_taken, with the other events of that run.")
        .DescribesQuery(ClaimQuery.LeaseName, $"With claim: the run is ended as lost (run_failed) after so many seconds, {RunLease.Min.TotalSeconds:F0} to {RunLease.Max.TotalSeconds:F0}, without an event of it.")
        .DescribesQuery(EventValidation.Name, "Whether events that don't fit the catalogue are refused: a type that is nearly one of its types, or a payload with members that are missing, misspelt or of another type. The answer lists them as `faults`.", "true", "false")
        .AddOpenApiOperationTransformer(PublishBodyDescription.TransformAsync)
        .Produces<PublishReceipt>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static void DescribeDelete(RouteHandlerBuilder route) => route
        .WithSummary("Delete a session")
        .WithDescription("Removes its log for good and ends its streams. Deleting what isn't there succeeds too.")
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> PublishAsync(
        string sessionId, HttpRequest request, CallerOf callers, CallerLimits limits, BodyReader bodies, BoundedAppend bus, StopGrace stop, FaultWarnings warnings, StreamMetrics metrics, IOptions<AgentsOptions> agents, TimeProvider time, CancellationToken cancellationToken)
    {
        var stream = StreamKey.Session(sessionId);
        var type = BodyType.Read(request.HttpContext);
        if (type.Refusal is not null) return type.Refusal;
        var broadcast = BroadcastQuery.Read(request.Query);
        var claim = ClaimQuery.Read(request.Query);
        var isValidated = EventValidation.IsAskedFor(request.Query);
        if (request.Query.ContainsKey("project_id")) throw new EventRejectedException("project_id", """must stand in each event, such as {"type":"agent_thought","payload":{},"project_id":"p1"}.""");

        ReadOnlyMemory<byte> body;
        try
        {
            body = await bodies.ReadAsync(request, stop.Ended);
        }
        catch (OperationCanceledException) when (stop.Ended.IsCancellationRequested)
        {
            return ProblemResults.Stopping(request.HttpContext);
        }
        var caller = callers.GetAfterBody(request.HttpContext);
        var allowance = limits.Of(request.HttpContext, caller);
        allowance?.Send(body.Length);
        var publisher = caller.PublisherOn(stream);
        var defaults = new EventDefaults(sessionId, time) { Publisher = publisher?.Name };
        var isNdJson = type.Form == BodyForm.Lines || (type.Form == BodyForm.Unstated && PublishBody.HoldsLines(body.Span));
        var events = isNdJson ? EventReader.ReadLines(body.Span, defaults) : EventReader.ReadMany(body.Span, defaults);
        var isSingle = !isNdJson && body.Span.TrimStart(" \t\r\n"u8)[0] == (byte)'{';
        RunLease.Check(events, claim.Claims, claim.Lease);
        PublishRights.Require(caller, events, broadcast);
        if (isValidated && EventValidation.Refusal(events, isSingle) is { } refusal) return refusal;
        allowance?.RequireFewProjects(events.Select(candidate => candidate.ProjectId));
        allowance?.Publish(events.Select(candidate => candidate.ProjectId), broadcast);

        using var activity = TelemetrySetup.Source.StartActivity("publish");
        activity?.SetTag("eventstream.session_id", sessionId);
        activity?.SetTag("eventstream.events", events.Count);
        var append = new AppendRequest { Stream = stream, Events = events, Broadcast = broadcast, Claim = claim.Claims, Lease = claim.Lease ?? WaitOf(events, claim, agents.Value), Publisher = publisher, MadeBy = caller.Maker };
        allowance?.Store(append);
        try
        {
            var result = await bus.AppendAsync(append, cancellationToken);
            allowance?.NoteStored(append, result);
            warnings.Tell(events);
            return Answer(events, result.Receipts, metrics, isSingle);
        }
        catch (EventRejectedException e) when (!isSingle && e.Item is { } item)
        {
            throw e.In($"/{item}");
        }
    }

    public static async Task<IResult> DeleteAsync(string sessionId, HttpContext context, IEventBus bus, CallerOf callers, CallerLimits limits, CancellationToken cancellationToken)
    {
        var stream = StreamKey.Session(sessionId);
        await bus.DeleteAsync(stream, cancellationToken);
        limits.Of(context, callers.Get(context))?.NoteDeleted(stream);
        return TypedResults.NoContent();
    }

    // What is asked for here waits as long as what is asked for by its own address.
    private static TimeSpan? WaitOf(IReadOnlyList<Event> events, ClaimQuery claim, AgentsOptions agents) =>
        !claim.Claims && events.Any(candidate => EventCatalogue.RoleOf(candidate.Type) == EventRole.RequestsRun) ? agents.ClaimTimeout : null;

    private static IResult Answer(IReadOnlyList<Event> events, IReadOnlyList<EventReceipt> receipts, StreamMetrics metrics, bool isSingle)
    {
        var answers = receipts.Select(receipt => new PublishReceipt(receipt.EventId, receipt.Cursor?.ToString(), receipt.Outcome.Name())).ToArray();
        metrics.Published(receipts);

        if (receipts.All(receipt => receipt.Outcome is AppendOutcome.RunEnded or AppendOutcome.RunTaken))
            return TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: $"Nothing was stored: {Refused(events, receipts)}.", extensions: new Dictionary<string, object?> { ["receipts"] = answers });
        return isSingle ? TypedResults.Ok(answers[0]) : TypedResults.Ok(answers);
    }

    private static string Refused(IReadOnlyList<Event> events, IReadOnlyList<EventReceipt> receipts)
    {
        var reasons = events.Zip(receipts).GroupBy(refused => refused.Second.Outcome, refused => $"'{refused.First.RunId}'").Select(refused =>
        {
            var runs = refused.Distinct().ToArray();
            var (named, isOne) = ($"{string.Join(", ", runs.Take(ShownRuns))}{(runs.Length > ShownRuns ? " and more" : "")}", runs.Length == 1);
            return (refused.Key, isOne) switch
            {
                (AppendOutcome.RunTaken, true) => $"run {named} has been started by another and can't be claimed",
                (AppendOutcome.RunTaken, false) => $"runs {named} have been started by others and can't be claimed",
                (_, true) => $"run {named} has ended and takes no further events",
                (_, false) => $"runs {named} have ended and take no further events",
            };
        });
        return string.Join("; ", reasons);
    }
}
