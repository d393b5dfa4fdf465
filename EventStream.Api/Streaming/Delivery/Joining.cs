using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Feeds;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming.Delivery;

/// <summary>How a client comes to its place in a feed, from top to bottom.</summary>
internal sealed class Joining(FeedTable feeds, IOptions<StreamingOptions> options, StreamMetrics metrics, TimeProvider time)
{
    private readonly StreamingOptions _options = options.Value;
    private readonly ControlFrames _control = new(time);

    /// <returns>The client's place, to be given back by <see cref="FeedTable.Leave"/>; null when it gets none, which it was told.</returns>
    /// <exception cref="StreamNotFoundException">The job or run that is asked for isn't there; nothing was answered.</exception>
    public async Task<Joined?> JoinAsync(ClientConnection client, StreamRequest request, CancellationToken gone)
    {
        var began = time.GetTimestamp();
        Feed? feed = null;
        Joined? joined = null;
        try
        {
            // 1 a place in the feed, which is subscribed to if it wasn't
            (feed, var refusal) = await feeds.JoinAsync(request.Stream, request.IsViewer);
            if (feed is null)
            {
                await RefuseAsync(client, request.Stream, refusal);
                return null;
            }
            // 2 what the log says; a log that is rolled back meanwhile is told to this client too
            var rewinds = feed.Rewinds;
            if (await ReadAsync(request, feed, began, gone) is not { } log)
            {
                await RefuseAsync(client, request.Stream, SubscriberEnd.Unavailable);
                return null;
            }
            // 3 a stream that is over, and that the client has read to its end
            if (log.Entity is not null) request = request with { Entity = log.Entity };
            if (Endings.Over(request, log.Page, log.RunEnd) is var over and not SubscriberEnd.None)
            {
                await client.RefuseAsync(over, _control.Closing(request.Stream, over, position: null, _options.RetryMs));
                return null;
            }
            // 4 the verdict on the client's cursor, and its place
            request = request with { PausesFrom = log.PausesFrom };
            var resume = Resume.Decide(request.From, log.Page);
            // It is told what was said so far in its opening; told again event by event, an end that lies behind it would be missed.
            if (request.Dialect.Kind == DialectKind.FoldedPerConnection && resume.Verdict != Resume.Full) resume = resume with { Start = log.Page.Head, Replayed = 0 };
            var subscriber = new Subscriber(feed, client, request, resume.Start, rewinds, time, Jitter.Around(_options.MaxAge, 0.2));
            // 5 an end that lies before what follows, so that nothing in the stream would bring it
            if (Endings.AlreadyReached(request, log.Page, log.RunEnd, resume.Start) is var reached and not SubscriberEnd.None)
            {
                // Its clients would take an end of which nothing was told for that of a whole message.
                if (request.Dialect.IsOfOneRun)
                {
                    await client.RefuseAsync(reached, _control.Closing(request.Stream, reached, position: null, _options.RetryMs));
                    return null;
                }
                client.Finish(reached);
            }
            return joined = new Joined(subscriber, resume);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The client left before it was answered.
            return null;
        }
        finally
        {
            if (joined is null)
            {
                if (feed is not null) feeds.Leave(feed, request.IsViewer);
                request.Place?.Dispose();
            }
        }
    }

    /// <summary>Tells a client why it gets no stream.</summary>
    public Task RefuseAsync(ClientConnection client, StreamKey stream, SubscriberEnd end, string? message = null)
    {
        metrics.StreamRefused(end);
        return client.RefuseAsync(end, _control.Closing(stream, end, position: null, _options.RetryMs, message));
    }

    /// <returns>Null when the bus doesn't answer in time.</returns>
    private async Task<LogState?> ReadAsync(StreamRequest request, Feed feed, long began, CancellationToken gone)
    {
        // Most clients need no read.
        if (request is { Entity: null, Close: CloseMode.Never } && feed.StateAtHand(request.From, began) is { DeletedAt: null } atHand) return new LogState(atHand, null, null, null);
        var left = _options.JoinTimeout - time.GetElapsedTime(began);
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(gone, deadline.Token);
        try
        {
            if (request.Entity is { } entity) request = request with { Entity = await EntityLookup.FindAsync(entity, feed, waiting.Token) };
            var page = feed.StateAtHand(request.From, began) ?? await feed.Reads.StateForAsync(request.From, waiting.Token);
            var runEnd = request.Close == CloseMode.Terminal ? await feed.Reads.FindRunEndAsync(request.Filter.RunId!, waiting.Token) : null;
            // A client that is told of an end never comes back, so the log is read anew before it is told.
            var isOver = Endings.Over(request, page, runEnd) != SubscriberEnd.None || Endings.AlreadyReached(request, page, runEnd, Resume.Decide(request.From, page).Start) != SubscriberEnd.None;
            if (isOver) page = await feed.Reads.ReadStateAsync(waiting.Token);
            var pausesFrom = request.Dialect.IsOfOneRun ? await RunPauses.FindAsync(request, Resume.Decide(request.From, page).Start, feed, waiting.Token) : null;
            return new LogState(page, runEnd, request.Entity, pausesFrom);
        }
        catch (Exception e) when (e is BusUnavailableException || (e is OperationCanceledException && !gone.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>What the log says of the stream that a client asks for.</summary>
    private sealed record LogState(LogPage Page, Cursor? RunEnd, WatchedEntity? Entity, Cursor? PausesFrom);
}
