using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.Publishing;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;

namespace EventStream.Api.Ingest;

/// <summary>The parameters in the address of an ingest request.</summary>
internal sealed record IngestRequest(ISourceNormaliser Source, IngestContext Context, bool SkipsBadLines, Caller Caller, Allowance? Allowance, string MadeBy)
{
    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static IngestRequest Parse(string source, HttpContext http, Caller caller, Allowance? allowance)
    {
        var query = http.Request.Query;
        var normaliser = SourceCatalogue.Get(source);
        var context = new IngestContext
        {
            SessionId = Text(query, "session_id"),
            RunId = Text(query, "run_id"),
            ProjectId = Text(query, "project_id"),
            ExecutionId = Text(query, "execution_id"),
            Class = Text(query, "class"),
            Broadcast = BroadcastQuery.Read(query),
        };
        context.Check();
        return new IngestRequest(normaliser, context, Text(query, "on_error") switch
        {
            null or "stop" => false,
            "skip" => true,
            _ => throw new EventRejectedException("on_error", "must be stop, the default, or skip."),
        }, caller, allowance, caller.Maker ?? $"request:{http.TraceIdentifier}");
    }

    /// <summary>Appends what native events became. Who sent them pays for the streams that they make: they may name any number of sessions.</summary>
    /// <exception cref="EventRejectedException">One deletes a session, and the caller may not. It says which.</exception>
    /// <exception cref="LimitExceededException">The logs hold as much of the caller as they may.</exception>
    public async Task<AppendResult> AppendAsync(BoundedAppend bus, AppendRequest append, CancellationToken cancellationToken)
    {
        // What an earlier caller couldn't complete was checked then.
        if (append.Publisher?.Name == Caller.PublisherOn(append.Stream)?.Name) PublishRights.RequireAdminToDelete(Caller, append.Events);
        Allowance?.Store(append);
        var result = await bus.AppendAsync(append with { MadeBy = MadeBy }, cancellationToken);
        Allowance?.NoteStored(append, result);
        return result;
    }

    private static string? Text(IQueryCollection query, string name) => query[name] switch
    {
        [] => null,
        [var value] => value,
        _ => throw new EventRejectedException(name, "must be given once."),
    };
}
