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

/// <summary>Brings the events of a feed to one client, from its cursor on, until one of them ends it.</summary>
internal sealed class DeliveryLoop(
    FeedTable feeds, Joining joining, IOptions<StreamingOptions> options, TimeProvider time, StreamMetrics metrics, IHostApplicationLifetime lifetime, ILogger<DeliveryLoop> logger)
{
    private static readonly TimeSpan BusRetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly StreamingOptions _options = options.Value;
    private readonly ControlFrames _control = new(time);

    /// <summary>Runs until the stream is over.</summary>
    /// <param name="client">The connection; nothing was answered yet.</param>
    /// <param name="request">What the client asks for.</param>
    /// <param name="gone">Says that the client has left.</param>
    /// <exception cref="StreamNotFoundException">The job or run that is asked for isn't there; nothing was answered.</exception>
    /// <remarks>One method, which knows little: all that it does is kept for as long as the stream lives.</remarks>
    public async Task RunAsync(ClientConnection client, StreamRequest request, CancellationToken gone)
    {
        if (await joining.JoinAsync(client, request, gone) is not var (subscriber, resume)) return;
        await using var leaving = gone.UnsafeRegister(static state => ((ClientConnection)state!).Finish(SubscriberEnd.ClientGone), client);
        var isOpen = false;
        try
        {
            Audience.Of(subscriber.Feed).Add(subscriber);
            metrics.StreamOpened();
            isOpen = true;
            // When the server began to drain after the place was taken, it didn't see this subscriber.
            if (feeds.IsDraining) client.Finish(SubscriberEnd.Draining);
            if (!await TryOpenAsync(client, subscriber, resume, gone)) return;
            while (await TryServeAsync(client, subscriber, gone)) await client.WaitAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && gone.IsCancellationRequested)
        {
            client.Finish(SubscriberEnd.ClientGone);
        }
        catch (Exception e)
        {
            client.Finish(SubscriberEnd.Error);
            // Without a position, since not all that was taken may have reached the client.
            await client.FailAsync(_control.Closing(subscriber.Request.Stream, SubscriberEnd.Error, position: null, _options.RetryMs));
            // The client has left, and can't be told.
            if (e is not OperationCanceledException || !gone.IsCancellationRequested) throw;
        }
        finally
        {
            client.Forget();
            Audience.Of(subscriber.Feed).Remove(subscriber);
            feeds.Leave(subscriber.Feed, subscriber.Request.IsViewer);
            subscriber.Request.Place?.Dispose();
            if (isOpen) metrics.StreamClosed(client.End);
            logger.LogStreamEnded(subscriber.Request.Stream, client.End.Name, subscriber.Position);
        }
    }

    /// <summary>Greets the client, in a dialect with what it needs to follow.</summary>
    /// <returns>Whether it was let in.</returns>
    // A method of its own: the loop would hold the greeting for as long as the stream lives.
    private async ValueTask<bool> TryOpenAsync(ClientConnection client, Subscriber subscriber, Resume resume, CancellationToken gone)
    {
        var greeting = _control.Started(subscriber.Request.Stream, client.Transport, resume, _options.RetryMs);
        client.CountIn(subscriber.Feed.Context.Folds);
        if (client.Dialect.Kind is DialectKind.Folded or DialectKind.FoldedPerConnection && await FoldAsync(client, subscriber.Feed, resume.Start, greeting, gone) is var refusal and not SubscriberEnd.None)
        {
            client.Finish(refusal);
            await client.RefuseAsync(refusal, _control.Closing(subscriber.Request.Stream, refusal, position: null, _options.RetryMs, refusal.Refusal));
            return false;
        }
        await client.OpenAsync(greeting);
        if (client.IsOver) client.Finish(SubscriberEnd.RunEnded);
        return true;
    }

    /// <summary>Brings the client all that there is for it.</summary>
    /// <returns>Whether the stream goes on.</returns>
    private async ValueTask<bool> TryServeAsync(ClientConnection client, Subscriber subscriber, CancellationToken gone)
    {
        // The audience may have begun to send in this loop's place, and the connection had no room for all of it.
        await client.FlushAsync();
        var frames = new List<Frame>();
        while (true)
        {
            var taken = client.End == SubscriberEnd.None && await TakeAsync(subscriber, frames, gone);
            if (taken)
            {
                await WriteAsync(client, subscriber, frames, gone);
                if (subscriber.Request.Close != CloseMode.Never && frames.Exists(frame => frame.IsGap)) await EndInGapAsync(subscriber, gone);
                await client.FlushAsync();
            }
            else if (client.End != SubscriberEnd.None)
            {
                var closing = client.End.CanBeTold ? _control.Closing(subscriber.Request.Stream, client.End, subscriber.Position, _options.RetryMs, client.Advice) : null;
                await client.CloseAsync(client.End, closing);
                return false;
            }
            else if (subscriber.TakeExpiryNotice() is { } expiresAt)
            {
                await client.WriteAsync(_control.AuthExpiring(subscriber.Request.Stream, expiresAt, subscriber.Position));
                await client.FlushAsync();
                subscriber.LastSent = subscriber.Position;
            }
            else if (client.IsSilentFor(_options.Heartbeat))
            {
                await WriteHeartbeatAsync(client, subscriber);
            }
            else
            {
                return true;
            }
            frames.Clear();
        }
    }

    /// <summary>Writes what passes the filter, up to the frame that ends the stream.</summary>
    private async ValueTask WriteAsync(ClientConnection client, Subscriber subscriber, List<Frame> frames, CancellationToken gone)
    {
        var delivered = 0;
        Frame? newest = null;
        var position = subscriber.LastSent;
        foreach (var frame in frames)
        {
            if (client.End != SubscriberEnd.None)
            {
                // It ended while an earlier frame was written: the client comes back for the rest.
                subscriber.EndAt(position, client.End);
                break;
            }
            position = frame.Cursor ?? position;
            if (subscriber.Request.Filter.Passes(frame))
            {
                if (client.NeedsFold(frame) && await FoldAsync(client, subscriber.Feed, frame.Cursor!.Value.Previous, greeting: null, gone) is var refusal and not SubscriberEnd.None)
                {
                    subscriber.EndAt(frame.Cursor.Value.Previous, refusal);
                    break;
                }
                await client.WriteAsync(frame);
                // What was folded before a gap or a rewind isn't what the log holds.
                if (frame.IsGap && client.Dialect.Kind == DialectKind.Folded) client.GoOnWith(null);
                subscriber.LastSent = frame.Cursor ?? subscriber.LastSent;
                // The client comes back, and is told where things stand.
                if (frame.IsGap && client.Dialect.IsCutShort) subscriber.EndAt(frame.Cursor, SubscriberEnd.Rotation);
                delivered++;
                newest = frame;
            }
            else client.PassOver(frame);
            if ((client.IsOver ? SubscriberEnd.RunEnded : Endings.After(subscriber.Request, frame)) is var end and not SubscriberEnd.None)
            {
                subscriber.EndAt(frame.Cursor, end);
                break;
            }
        }
        if (!client.TryHold()) client.Finish(SubscriberEnd.NoMemory);
        if (newest is not null) metrics.Delivered(delivered, newest.PublishedAt);
    }

    /// <summary>Gives a client an instance of its folded dialect for what it missed, and has the feed fold for all that follows.</summary>
    /// <returns>Why it gets none; otherwise <see cref="SubscriberEnd.None"/>.</returns>
    private static async Task<SubscriberEnd> FoldAsync(ClientConnection client, Feed feed, Cursor upTo, Frame? greeting, CancellationToken gone)
    {
        try
        {
            if (client.Dialect.Kind == DialectKind.Folded && !await feed.Reads.TryFoldForAllAsync(client.Dialect, gone)) return SubscriberEnd.NoMemory;
            if (greeting is not null && client.Dialect.Kind == DialectKind.Folded && feed.TryGreet(client.Dialect, upTo, greeting)) return SubscriberEnd.None;
            if (await feed.Reads.TryFoldAsync(client.Dialect, upTo, gone) is not { } fold) return SubscriberEnd.NoMemory;
            client.GoOnWith(fold);
            return SubscriberEnd.None;
        }
        catch (BusUnavailableException)
        {
            return SubscriberEnd.Unavailable;
        }
    }

    private async ValueTask WriteHeartbeatAsync(ClientConnection client, Subscriber subscriber)
    {
        Cursor? moved = subscriber.Position == subscriber.LastSent ? null : subscriber.Position;
        if (subscriber.Request.HeartbeatEvents || !client.TryWriteKeepAlive(moved)) await client.WriteAsync(_control.Heartbeat(subscriber.Request.Stream, subscriber.Position));
        await client.FlushAsync();
        subscriber.LastSent = subscriber.Position;
    }

    private async ValueTask<bool> TakeAsync(Subscriber subscriber, List<Frame> frames, CancellationToken gone)
    {
        if (subscriber.TryTake(frames) is { } taken) return taken;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        try
        {
            if (await subscriber.TryTakeFromLogAsync(frames, stopping.Token) is { } read) return read;
            // The bus doesn't answer: the stream stays open and goes on when it is back.
            await Task.Delay(BusRetryDelay, time, stopping.Token);
            subscriber.Connection.Wake();
            return false;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The server is about to end this stream, and the client is told so.
            return false;
        }
    }

    /// <summary>Ends the stream when the end that it waits for is among the events that are gone.</summary>
    private async Task EndInGapAsync(Subscriber subscriber, CancellationToken gone)
    {
        var request = subscriber.Request;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        try
        {
            var log = await subscriber.Feed.Reads.ReadStateAsync(stopping.Token);
            var runEnd = request.Close == CloseMode.Terminal ? await subscriber.Feed.Reads.FindRunEndAsync(request.Filter.RunId!, stopping.Token) : null;
            if (Endings.AlreadyReached(request, log, runEnd, subscriber.Position) is var end and not SubscriberEnd.None) subscriber.Connection.Finish(end);
        }
        catch (Exception e) when (e is BusUnavailableException || (e is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested))
        {
            // The stream goes on; rotation or the next node brings the client back to be judged again.
        }
    }
}
