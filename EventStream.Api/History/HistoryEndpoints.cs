using System.Buffers;
using System.Text.Json;
using EventStream.Api.OpenApi;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.History;

internal static class HistoryEndpoints
{
    private const int DefaultLimit = 100;

    public static void DescribeSession(RouteHandlerBuilder route) => route.DescribesReading("a session's events");

    public static void DescribeProject(RouteHandlerBuilder route) => route.DescribesReading("all events of a project").DescribesSessionFilter();

    public static void DescribeBroadcast(RouteHandlerBuilder route) => route.DescribesReading("all events that are broadcast").DescribesSessionFilter();

    public static Task<IResult> ReadSessionAsync(string sessionId, HttpRequest request, IEventBus bus, CancellationToken cancellationToken) =>
        ReadAsync(StreamKey.Session(sessionId), request, bus, cancellationToken);

    public static Task<IResult> ReadProjectAsync(string projectId, HttpRequest request, IEventBus bus, CancellationToken cancellationToken) =>
        ReadAsync(StreamKey.Project(projectId), request, bus, cancellationToken);

    public static Task<IResult> ReadBroadcastAsync(HttpRequest request, IEventBus bus, CancellationToken cancellationToken) =>
        ReadAsync(StreamKey.Broadcast, request, bus, cancellationToken);

    private static RouteHandlerBuilder DescribesReading(this RouteHandlerBuilder route, string what) =>
        route
            .WithSummary($"Read {what}")
            .WithDescription("For server-side rendering and late joiners: load, then stream from `cursor`. `after` is a cursor; `limit` is 1 to 1,000, by default 100; "
                + "`types` and `run_id` filter as on the stream. `resume` and `reason` judge `after` as the stream's first frame does.")
            .DescribesQuery("after", "Read what comes after this cursor; from the first event held when absent.")
            .DescribesQuery("limit", "How many events at most: 1 to 1,000, by default 100.")
            .DescribesQuery("types", "Type names or prefixes, separated by commas, such as tool_*,run_completed.")
            .DescribesQuery("run_id", "Only events of this run.")
            .Produces<object>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ReadAsync(StreamKey stream, HttpRequest request, IEventBus bus, CancellationToken cancellationToken)
    {
        var filter = EventFilter.Parse(stream, request.Query);
        if (request.Query.ContainsKey("last_event_id")) throw new EventRejectedException("last_event_id", "belongs to streams; here it is after.");
        var from = ParseAfter(request.Query["after"]);
        var limit = PageLimit.Parse(request.Query["limit"], DefaultLimit);

        var page = await bus.ReadAsync(stream, Cursor.Zero, 0, cancellationToken);
        var resume = Resume.Decide(from, page);
        var (position, hasMore, isFirst, events) = (resume.Start, page.HasMore(resume.Start), true, new List<LogEntry>());
        while (hasMore && events.Count < limit)
        {
            page = await bus.ReadAsync(stream, position, filter.IsAll ? limit - events.Count : PageLimit.Max, cancellationToken);
            hasMore = page.HasMore(position);
            if (isFirst && HasHole(position, page))
            {
                // The log lost its first events since it was judged.
                resume = Resume.Decide(from, page);
                position = resume.Start;
            }
            if (!isFirst && HasHole(position, page))
            {
                // The next request tells it, with its verdict on the cursor that this answer ends with.
                hasMore = true;
                break;
            }
            isFirst = false;
            foreach (var entry in page.Entries)
            {
                if (filter.Passes(entry.Envelope.Span)) events.Add(entry);
                position = entry.Cursor;
                if (events.Count < limit) continue;
                hasMore = position < page.Head;
                break;
            }
            if (page.Entries.Count > 0) continue;
            // Whatever the head is: an epoch that was begun may hold nothing yet.
            hasMore = false;
        }
        return TypedResults.Bytes(Write(resume, position, hasMore, events), "application/json");
    }

    private static bool HasHole(Cursor position, LogPage page) => page.Entries.Count > 0 && !page.Entries[0].Cursor.Follows(position);

    private static byte[] Write(Resume resume, Cursor position, bool hasMore, List<LogEntry> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, EventJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartArray("events");
            foreach (var entry in events) json.WriteRawValue(PlacedEnvelope.Of(entry.Cursor, entry.Envelope.Span).Span, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteString("cursor", position.ToString());
            json.WriteBoolean("has_more", hasMore);
            json.WriteString("resume", resume.Verdict);
            if (resume.Reason is not null) json.WriteString("reason", resume.Reason);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static StartFrom ParseAfter(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new StartFrom(null, false, Earliest: true);
        return Cursor.TryParse(text, out var cursor)
            ? new StartFrom(cursor, false, false)
            : throw new EventRejectedException("after", $"is '{text}' and no cursor; a cursor looks like 1763694885123-42.");
    }
}
