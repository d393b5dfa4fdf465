using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.AiSdk;

/// <summary>What the log holds of a run, for clients that count chunks.</summary>
/// <param name="Count">How many chunks there are.</param>
/// <param name="IsWhole">Whether the log holds the run's start: without it, chunks have other numbers.</param>
/// <param name="IsOver">Whether the last chunk said that the run has ended or waits for a person.</param>
internal sealed record RunChunks(long Count, bool IsWhole, bool IsOver)
{
    private const int PageEvents = 1000;

    /// <summary>Reads a run up to an event.</summary>
    /// <param name="bus">Where the log is.</param>
    /// <param name="path">The session and the run.</param>
    /// <param name="dialect">Which chunks are meant.</param>
    /// <param name="upTo">The last event that counts; null for the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public static async Task<RunChunks> ReadAsync(IEventBus bus, ChatPath path, IDialect dialect, Cursor? upTo, CancellationToken cancellationToken)
    {
        var (told, chunks, position) = (dialect.Begin(), new RunChunks(0, false, false), Cursor.Zero);
        LogPage page;
        do
        {
            page = await bus.ReadAsync(path.Stream, position, PageEvents, cancellationToken);
            foreach (var frame in page.Entries.TakeWhile(entry => upTo is null || entry.Cursor <= upTo).Select(Frame.Of))
            {
                position = frame.Cursor!.Value;
                if (frame.RunId == path.RunId) chunks = chunks.With(frame, page.First, SseFormat.Messages(frame, told), dialect);
            }
        }
        while (page.HasMore(position) && !(position >= upTo) && page.Entries.Count > 0);
        return chunks;
    }

    private RunChunks With(Frame frame, Cursor? first, List<DialectMessage> messages, IDialect dialect) => new(
        Count + messages.Count(DialectCatalogue.IsChunk),
        // Publishers may leave the start out, as long as nothing was trimmed.
        Count > 0 ? IsWhole : first is { Offset: 1 } || frame.Role is EventRole.RequestsRun or EventRole.StartsRun || frame.Type == "run_created",
        frame.Role == EventRole.EndsRun || dialect.IsPausedBy(frame.Type) || (IsOver && messages.Count == 0 && frame.Type != "tool_approval_answered"));
}
