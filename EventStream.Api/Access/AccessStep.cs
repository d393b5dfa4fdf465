using EventStream.Api.Access.Audit;
using EventStream.Api.Access.Credentials;
using EventStream.Events;

namespace EventStream.Api.Access;

/// <summary>Lets a request through to its handler, or answers it: by what its endpoint needs and who sends it.</summary>
/// <remarks>Nothing of it waits for the handler: what did would be kept for as long as its stream lives.</remarks>
internal sealed class AccessStep(AccessSettings settings, CallerReader callers, AuditLog audit)
{
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        // Routing's own answers, such as 405, are no endpoints of the table.
        if (!settings.AsksForCredentials || context.GetEndpoint() is not RouteEndpoint endpoint) return next(context);
        var needs = endpoint.Metadata.GetMetadata<Needs>() ?? throw new InvalidOperationException($"{endpoint.DisplayName} doesn't say what it needs.");
        // A page is the same for everyone; what it shows, it asks for itself.
        if (needs.IsPublic || endpoint.Metadata.GetMetadata<PublicWhen>()?.Holds(context.Request) == true) return next(context);
        var reading = callers.ReadAsync(context);
        return reading.IsCompletedSuccessfully ? GoOnAsync(context, next, needs, reading.Result) : WaitAsync(context, next, needs, reading);
    }

    private Task GoOnAsync(HttpContext context, RequestDelegate next, Needs needs, CallerAnswer answer)
    {
        context.Features.Set(answer.Caller);
        if ((answer.Refusal ?? RefusalOf(context, needs, answer.Caller!)) is { } refusal) return RefuseAsync(context, refusal);
        return answer.OnceId is { } once ? UseAsync(context, next, once, answer.Caller!) : next(context);
    }

    private async Task UseAsync(HttpContext context, RequestDelegate next, string onceId, Caller caller) =>
        await (await callers.UseAsync(onceId, caller) is { } refusal ? RefuseAsync(context, refusal) : next(context));

    private Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        // With 503 the server couldn't tell who the caller is, so it refused nobody.
        if (refusal.Status != StatusCodes.Status503ServiceUnavailable) audit.Refused(context);
        return refusal.SendAsync(context);
    }

    private async Task WaitAsync(HttpContext context, RequestDelegate next, Needs needs, ValueTask<CallerAnswer> reading) => await GoOnAsync(context, next, needs, await reading);

    private static Refusal? RefusalOf(HttpContext context, Needs needs, Caller caller)
    {
        if (needs.Stream is not { } streamOf) return null;
        try
        {
            var stream = streamOf(context.Request.RouteValues);
            return caller.May(needs.Action, stream) ? null : Refusal.Lacks(needs.Action, stream);
        }
        catch (EventRejectedException)
        {
            // The path names no stream, which the handler says.
            return null;
        }
    }
}
