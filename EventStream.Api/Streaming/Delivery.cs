using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

/// <summary>Brings the events of a feed to one client, from its cursor on, until one of them ends it.</summary>
internal sealed partial class Delivery(
    Hub hub, IOptions<StreamingOptions> options, TimeProvider time, StreamMetrics metrics, IHostApplicationLifetime lifetime, ILogger<Delivery> logger)
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
    public async Task RunAsync(IClientConnection client, StreamRequest request, CancellationToken gone)
    {
        if (await JoinAsync(client, request, gone) is not var (subscriber, resume)) return;
        await using var leaving = gone.UnsafeRegister(static state => ((Subscriber)state!).Finish(SubscriberEnd.ClientGone), subscriber);
        var isOpen = false;
        try
        {
            subscriber.Feed.Add(subscriber);
            metrics.StreamOpened();
            isOpen = true;
            // A server that began to drain after the place was taken didn't see this subscriber.
            if (hub.IsDraining) subscriber.Finish(SubscriberEnd.Draining);
            await client.OpenAsync(subscriber, _control.Started(subscriber.Request.Stream, client.Protocol, resume, _options.RetryMs));
            while (await TryServeAsync(client, subscriber, gone)) await subscriber.WaitAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && gone.IsCancellationRequested)
        {
            subscriber.Finish(SubscriberEnd.ClientGone);
        }
        catch (Exception e)
        {
            subscriber.Finish(SubscriberEnd.Error);
            // Without a position: the client may not have been sent all that was taken for it.
            await client.FailAsync(_control.Closing(subscriber.Request.Stream, SubscriberEnd.Error, position: null, _options.RetryMs));
            // Nobody is left to tell it to.
            if (e is not OperationCanceledException || !gone.IsCancellationRequested) throw;
        }
        finally
        {
            subscriber.Feed.Remove(subscriber);
            hub.Leave(subscriber.Feed);
            if (isOpen) metrics.StreamClosed(subscriber.End);
            LogEnded(subscriber.Request.Stream, subscriber.End.Name, subscriber.Position);
        }
    }

    /// <summary>Tells a client why it gets no stream.</summary>
    public Task RefuseAsync(IClientConnection client, StreamKey stream, SubscriberEnd end, string? message = null)
    {
        metrics.StreamRefused(end);
        return client.RefuseAsync(end, _control.Closing(stream, end, position: null, _options.RetryMs, message));
    }

    /// <summary>Finds the client a place in the feed of its stream.</summary>
    /// <returns>Its place; null when it gets none, which it was told.</returns>
    private async Task<Opening?> JoinAsync(IClientConnection client, StreamRequest request, CancellationToken gone)
    {
        var began = time.GetTimestamp();
        var (feed, refusal) = await hub.JoinAsync(request.Stream);
        if (feed is null)
        {
            await RefuseAsync(client, request.Stream, refusal);
            return null;
        }
        Opening? opening = null;
        try
        {
            return opening = await TryOpenAsync(client, request, feed, began, gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The client left before it was answered.
            return null;
        }
        finally
        {
            if (opening is null) hub.Leave(feed);
        }
    }

    /// <summary>Judges where the client starts, and tells it when that is nowhere.</summary>
    private async Task<Opening?> TryOpenAsync(IClientConnection client, StreamRequest request, Feed feed, long began, CancellationToken gone)
    {
        // A log that is rolled back while the start is judged is told to this client too.
        var rewinds = feed.Rewinds;
        if (await ReadStateAsync(request, feed, began, gone) is not { } state)
        {
            await RefuseAsync(client, request.Stream, SubscriberEnd.Unavailable);
            return null;
        }
        (request, var log, var runEnd) = state;
        if (Endings.Over(request, log, runEnd) is var over and not SubscriberEnd.None)
        {
            await client.RefuseAsync(over, _control.Closing(request.Stream, over, position: null, _options.RetryMs));
            return null;
        }
        var resume = Resume.Decide(request.From, log);
        var subscriber = new Subscriber(feed, client, request, resume.Start, rewinds, time, Jittered(_options.MaxAge));
        if (Endings.AlreadyReached(request, log, runEnd, resume.Start) is var reached and not SubscriberEnd.None) subscriber.Finish(reached);
        return new Opening(subscriber, resume);
    }

    /// <summary>Brings the client all that there is for it.</summary>
    /// <returns>Whether the stream goes on.</returns>
    private async ValueTask<bool> TryServeAsync(IClientConnection client, Subscriber subscriber, CancellationToken gone)
    {
        // What the feed began to send in this loop's place, the connection has no room for.
        await client.FlushAsync();
        var frames = new List<Frame>();
        while (true)
        {
            var taken = subscriber.End == SubscriberEnd.None && await TakeAsync(subscriber, frames, gone);
            if (taken)
            {
                await WriteAsync(client, subscriber, frames);
                if (subscriber.Request.Close != CloseMode.Never && frames.Exists(frame => frame.IsGap)) await EndInGapAsync(subscriber, gone);
                await client.FlushAsync();
            }
            else if (subscriber.End != SubscriberEnd.None)
            {
                var closing = subscriber.End.CanBeTold ? _control.Closing(subscriber.Request.Stream, subscriber.End, subscriber.Position, _options.RetryMs) : null;
                await client.CloseAsync(subscriber.End, closing);
                return false;
            }
            else if (subscriber.IsSilentFor(_options.Heartbeat))
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
    private async ValueTask WriteAsync(IClientConnection client, Subscriber subscriber, List<Frame> frames)
    {
        var delivered = 0;
        Frame? newest = null;
        var position = subscriber.Told;
        foreach (var frame in frames)
        {
            if (subscriber.End != SubscriberEnd.None)
            {
                // It ended while an earlier frame was written: the client comes back for the rest.
                subscriber.EndAt(position, subscriber.End);
                break;
            }
            position = frame.Cursor ?? position;
            if (subscriber.Request.Filter.Passes(frame))
            {
                await client.WriteAsync(frame);
                subscriber.Told = frame.Cursor ?? subscriber.Told;
                delivered++;
                newest = frame;
            }
            if (subscriber.Request.EndAfter(frame) is var end and not SubscriberEnd.None)
            {
                subscriber.EndAt(frame.Cursor, end);
                break;
            }
        }
        if (newest is not null) metrics.Delivered(delivered, newest.PublishedAt);
    }

    private async ValueTask WriteHeartbeatAsync(IClientConnection client, Subscriber subscriber)
    {
        Cursor? moved = subscriber.Position == subscriber.Told ? null : subscriber.Position;
        if (subscriber.Request.HeartbeatEvents || !client.TryWriteKeepAlive(moved)) await client.WriteAsync(_control.Heartbeat(subscriber.Request.Stream, subscriber.Position));
        await client.FlushAsync();
        subscriber.Told = subscriber.Position;
    }

    private async ValueTask<bool> TakeAsync(Subscriber subscriber, List<Frame> frames, CancellationToken gone)
    {
        if (subscriber.TryTake(frames) is { } taken) return taken;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        try
        {
            if (await subscriber.TryTakeFromLogAsync(frames, stopping.Token) is { } read) return read;
            // The bus is out: the stream stays open and goes on when it is back.
            await Task.Delay(BusRetryDelay, time, stopping.Token);
            subscriber.Wake();
            return false;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The hub is about to end this stream, and the client is told so.
            return false;
        }
    }

    private async Task<(StreamRequest Request, LogPage Log, Cursor? RunEnd)?> ReadStateAsync(StreamRequest request, Feed feed, long began, CancellationToken gone)
    {
        // Most clients cost nothing more.
        if (request is { Entity: null, Close: CloseMode.Never } && feed.StateAtHand(request.From, began) is { DeletedAt: null } atHand) return (request, atHand, null);
        var left = _options.JoinTimeout - time.GetElapsedTime(began);
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(gone, deadline.Token);
        try
        {
            if (request.Entity is { } entity) request = request with { Entity = await entity.FindAsync(feed, waiting.Token) };
            var log = await feed.StateForAsync(request.From, began, waiting.Token);
            var runEnd = request.Close == CloseMode.Terminal ? await feed.FindRunEndAsync(request.Filter.RunId!, waiting.Token) : null;
            // An end is for good, so nothing but the log as it is now may tell it.
            if (Endings.Over(request, log, runEnd) != SubscriberEnd.None || Endings.AlreadyReached(request, log, runEnd, Resume.Decide(request.From, log).Start) != SubscriberEnd.None)
                log = await feed.ReadStateAsync(waiting.Token);
            return (request, log, runEnd);
        }
        catch (Exception e) when (e is BusUnavailableException || (e is OperationCanceledException && !gone.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Ends the stream when the end that it waits for is among the events that are gone.</summary>
    private async Task EndInGapAsync(Subscriber subscriber, CancellationToken gone)
    {
        var request = subscriber.Request;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        try
        {
            var log = await subscriber.Feed.ReadStateAsync(stopping.Token);
            var runEnd = request.Close == CloseMode.Terminal ? await subscriber.Feed.FindRunEndAsync(request.Filter.RunId!, stopping.Token) : null;
            if (Endings.AlreadyReached(request, log, runEnd, subscriber.Position) is var end and not SubscriberEnd.None) subscriber.Finish(end);
        }
        catch (Exception e) when (e is BusUnavailableException || (e is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested))
        {
            // The stream goes on; rotation or the next node brings the client back to be judged again.
        }
    }

    private static TimeSpan Jittered(TimeSpan age) => age * (0.8 + 0.4 * Random.Shared.NextDouble());

    private sealed record Opening(Subscriber Subscriber, Resume Resume);

    [LoggerMessage(1010, LogLevel.Debug, "A stream of {Stream} ended at {Position}: {Reason}.", EventName = "StreamEnded")]
    private partial void LogEnded(StreamKey stream, string reason, Cursor position);
}
