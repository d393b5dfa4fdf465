using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EventStream.Api.Ingest;

internal static class IngestEndpoints
{
    public static void AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<Uploads>();
        services.AddSingleton(provider => new SourceIngest(provider.GetRequiredService<IEventBus>(), provider.GetRequiredService<TimeProvider>()));
    }

    public static void DescribeIngest(RouteHandlerBuilder route) => route
        .WithSummary("Publish native events of another system")
        .WithDescription($"Takes the events of a known vocabulary ({SourceCatalogue.Names}) as they are, and publishes what they mean as canonical events. "
            + "One JSON object, a JSON array of at most 1,000, or NDJSON or Server-Sent Events of any length, which are stored as they come and answered line by line. "
            + "The session is taken from the event, unless the address names one.")
        .DescribesQuery("session_id", "The session that the events are for; wins over what they say.")
        .DescribesQuery("run_id", "The run of events that name none.")
        .DescribesQuery("project_id", "The project of events that name none.")
        .DescribesQuery("execution_id", "The execution of events that name none.")
        .DescribesQuery("class", "The class of raw events whose JSON doesn't name it.")
        .DescribesBroadcast()
        .DescribesQuery("on_error", "What a bad line of NDJSON does: end the request, or be reported and left out.", "stop", "skip")
        .AddOpenApiOperationTransformer(IngestBodyDescription.TransformAsync)
        .Produces<IngestAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> IngestAsync(
        string source, HttpContext context, CallerOf callers, CallerWatch watch, CallerLimits limits, BodyReader bodies, Uploads uploads, SourceIngest ingest, BoundedAppend bus, StopGrace stop, StreamMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = callers.Get(context);
        var request = IngestRequest.Parse(source, context, caller, limits.Of(context, caller));
        var type = BodyType.Read(context, takesEventStream: true);
        if (type.Refusal is not null) return type.Refusal;
        using var activity = TelemetrySetup.Source.StartActivity("ingest");
        activity?.SetTag("eventstream.source", source);
        try
        {
            // A log that is followed can't be looked at before it is read: what isn't said to be JSON is read line by line.
            if (type.Form == BodyForm.Json)
            {
                var body = await bodies.ReadAsync(context.Request, stop.Ended);
                watch.Require(caller);
                return await IngestJsonAsync(body, request, ingest, bus, metrics, cancellationToken);
            }
            using var place = request.Allowance?.Upload();
            using var upload = uploads.Begin();
            LiftLimits(context);
            var isAnswered = await new LineIngest(context, request, ingest, bus, metrics, upload, watch, time, stop.Ended).RunAsync();
            return isAnswered ? Results.Empty : throw new EventRejectedException("", "The body is empty; send native events as JSON, one a line.");
        }
        catch (OperationCanceledException) when (stop.Ended.IsCancellationRequested)
        {
            return ProblemResults.Stopping(context);
        }
    }

    private static async Task<IResult> IngestJsonAsync(
        ReadOnlyMemory<byte> body, IngestRequest request, SourceIngest ingest, BoundedAppend bus, StreamMetrics metrics, CancellationToken cancellationToken)
    {
        var natives = NativeReader.ReadMany(body.Span, request.Source, request.Context, out var isSingle);
        try
        {
            PublishRights.Require(request.Caller, natives, request.Context.Broadcast);
            if (request.Allowance is { } allowance)
            {
                var projects = natives.SelectMany(item => item).Select(native => native.ProjectId).ToArray();
                allowance.RequireFewProjects(projects);
                allowance.Send(body.Length);
                allowance.Publish(projects, request.Context.Broadcast);
            }
            var receipts = await ingest.IngestAsync(natives, request.Context.Broadcast,
                (append, token) => request.AppendAsync(bus, append, token), request.Caller.PublisherOn, cancellationToken: cancellationToken);
            metrics.Published(receipts.SelectMany(receipt => receipt.Events).Select(ingested => ingested.Receipt));
            var answers = receipts.Select(receipt => IngestAnswer.Of(receipt)).ToArray();
            if (receipts.All(receipt => receipt.Outcome == AppendOutcome.RunEnded))
                return TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "Nothing was stored: the runs have ended and take no further events.",
                    extensions: new Dictionary<string, object?> { ["receipts"] = answers });
            return isSingle ? TypedResults.Ok(answers[0]) : TypedResults.Ok(answers);
        }
        catch (EventRejectedException e) when (!isSingle && e.Item is { } item)
        {
            throw e.In($"/{item}");
        }
    }

    // A log that is followed goes on for days, and may say nothing for hours. LineReader bounds what it holds, and for how long.
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}
