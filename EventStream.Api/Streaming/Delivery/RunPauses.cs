using System.Text.Json;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>Finds out whether a run waits for a person.</summary>
internal static class RunPauses
{
    /// <summary>The first event that the run waits at, else the position behind the log: whatever pauses the run from there on ends the stream.</summary>
    /// <param name="request">What the client asks for.</param>
    /// <param name="start">Where its stream begins.</param>
    /// <param name="feed">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public static async Task<Cursor?> FindAsync(StreamRequest request, Cursor start, Feed feed, CancellationToken cancellationToken)
    {
        var waits = new OrderedDictionary<string, Cursor>(StringComparer.Ordinal);
        var position = start;
        while (true)
        {
            var page = await feed.Reads.ReadLogAsync(position, cancellationToken);
            var first = page.Find(position);
            if (first == page.Frames.Count) break;
            foreach (var frame in page.Frames.Skip(first))
            {
                position = frame.Cursor!.Value;
                if (frame.RunId != request.Filter.RunId) continue;
                // What comes after a wait for any input says that it is over; a question waits for its own answer.
                if (!request.Dialect.IsPausedBy(frame.Type)) waits.Remove("");
                if (frame.Type == "tool_approval_answered" && QuestionIn(frame) is { } answered) waits.Remove(answered);
                else if (request.Dialect.IsPausedBy(frame.Type)) waits.TryAdd(QuestionIn(frame) ?? "", position);
            }
        }
        return waits.Count > 0 ? waits.Values.Min() : position with { Offset = position.Offset + 1 };
    }

    private static string? QuestionIn(Frame frame)
    {
        using var envelope = JsonDocument.Parse(frame.Json);
        return JsonText.Id(JsonText.Member(JsonText.Member(envelope.RootElement, "payload") ?? default, "approval_id"));
    }
}
