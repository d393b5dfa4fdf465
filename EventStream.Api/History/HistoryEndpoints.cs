using System.Buffers;
using System.Text.Json;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.History;

internal static class HistoryEndpoints
{
    private const int DefaultLimit = 100;

    public static void DescribeSession(RouteHandlerBuilder route) => route.DescribesReading("a session's events");

    public static void DescribeProject(RouteHandlerBuilder route) => route.DescribesReading("all events of a project").DescribesSessionFilter();

    public static void DescribeBroadcast(RouteHandlerBuilder route) => route.DescribesReading("all events that are broadcast").DescribesSessionFilter();

    public static Task<IResult> ReadSessionAsync(string sessionId, HttpRequest request, HistoryPlaces places, BulkReads reads, CancellationToken cancellationToken) =>
        ReadAsync(StreamKey.Session(sessionId), request, places, reads, cancellationToken);

    public static Task<IResult> ReadProjectAsync(string projectId, HttpRequest request, HistoryPlaces places, BulkReads reads, CancellationToken cancellationToken) =>
        ReadAsync(StreamKey.Project(projectId), request, places, reads, cancellationToken);

    public static Task<IResult> ReadBroadcastAsync(HttpRequest request, HistoryPlaces places, BulkReads reads, CancellationToken cancellationToken) =>
        ReadAsync(StreamKey.Broadcast, request, places, reads, cancellationToken);

    private static RouteHandlerBuilder DescribesReading(this RouteHandlerBuilder route, string what) =>
        route
            .WithSummary($"Read {what}")
            .WithDescription("For server-side rendering and late joiners: load, then stream from `cursor`. `after` is a cursor; `limit` is 1 to 1,000, by default 100; "
                + $"`types` and `run_id` filter as on the stream. One request looks at {HistoryRead.MaxLookedEvents} events or {HistoryRead.MaxLookedBytes / 1024} KiB at most, so a page may hold fewer events than `limit`, or none, while `has_more` is true: go on from `cursor`. "
                + "`resume` and `reason` judge `after` as the stream's first frame does.")
            .DescribesQuery("after", "Read what comes after this cursor; from the first event held when absent.")
            .DescribesQuery("limit", "How many events at most: 1 to 1,000, by default 100.")
            .DescribesQuery("types", "Type names or prefixes, separated by commas, such as tool_*,run_completed.")
            .DescribesQuery("run_id", "Only events of this run.")
            .Produces<object>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ReadAsync(StreamKey stream, HttpRequest request, HistoryPlaces places, BulkReads reads, CancellationToken cancellationToken)
    {
        var filter = FilterQuery.Parse(stream, request.Query);
        if (request.Query.ContainsKey("last_event_id")) throw new EventRejectedException("last_event_id", "belongs to streams; here it is after.");
        var from = ParseAfter(request.Query["after"]);
        var limit = PageLimit.Parse(request.Query["limit"], DefaultLimit);

        using var place = await places.TakeAsync(cancellationToken);
        if (place is null) return ProblemResults.TooManyHistories(request.HttpContext);
        var read = new HistoryRead(reads, stream, filter, limit);
        await read.RunAsync(from, cancellationToken);
        return TypedResults.Bytes(Write(read), "application/json");
    }

    private static byte[] Write(HistoryRead read)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartArray("events");
            foreach (var entry in read.Events) json.WriteRawValue(PlacedEnvelope.Of(entry.Cursor, entry.Envelope.Span).Span, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteString("cursor", read.Position.ToString());
            json.WriteBoolean("has_more", read.HasMore);
            json.WriteString("resume", read.Resume.Verdict);
            if (read.Resume.Reason is { } reason) json.WriteString("reason", reason);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static StartFrom ParseAfter(string? text)
    {
        if (string.IsNullOrEmpty(text)) return StartFrom.Earliest;
        return Cursor.TryParse(text, out var cursor)
            ? StartFrom.After(cursor)
            : throw new EventRejectedException("after", $"is '{text}' and no cursor; a cursor looks like 1763694885123-42.");
    }
}
