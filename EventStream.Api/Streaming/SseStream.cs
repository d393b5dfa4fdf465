using System.Buffers;
using System.IO.Pipelines;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Streaming;

/// <summary>Streams a feed to one client as Server-Sent Events. This loop is the connection's only writer.</summary>
internal sealed partial class SseStream(
    Hub hub, IOptions<StreamingOptions> options, TimeProvider time, StreamMetrics metrics, IHostApplicationLifetime lifetime, ILogger<SseStream> logger)
{
    // A piece that a slow client takes in seconds, so that it is told of an end or of silence between two of them.
    private const int MaxUnflushedBytes = 16 * 1024;

    private static readonly TimeSpan BusRetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly StreamingOptions _options = options.Value;
    private readonly ControlFrames _control = new(time);

    public async Task RunAsync(HttpContext context, StreamRequest request)
    {
        using var deadline = new CancellationTokenSource(_options.JoinTimeout, time);
        var (feed, refusal) = await hub.JoinAsync(request.Stream);
        if (feed is null)
        {
            await RefuseAsync(context, request, refusal);
            return;
        }
        try
        {
            await RunAsync(context, request, feed, deadline.Token);
        }
        finally
        {
            hub.Leave(feed);
        }
    }

    private async Task RunAsync(HttpContext context, StreamRequest request, Feed feed, CancellationToken deadline)
    {
        // A log that is rolled back while the start is judged is told to this client too.
        var rewinds = feed.Rewinds;
        if (await ReadStateAsync(context, request, feed, deadline) is not { } state)
        {
            await RefuseAsync(context, request, SubscriberEnd.Unavailable);
            return;
        }
        var (log, runEnd) = state;
        if (Endings.IsOver(request, log, runEnd))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var resume = Resume.Decide(request.From, log);
        var subscriber = new Subscriber(feed, request, resume.Start, rewinds, time, Jittered(_options.MaxAge))
        {
            Abort = context.Abort,
            // Several streams of HTTP/2 share a socket, which then says nothing of one.
            Progress = HttpProtocol.IsHttp2(context.Request.Protocol) ? null : SocketProgress.Of(context, time),
        };
        if (Endings.AlreadyReached(request, log, runEnd, resume.Start) is var reached and not SubscriberEnd.None) subscriber.Finish(reached);

        await using var gone = context.RequestAborted.UnsafeRegister(static state => ((Subscriber)state!).Finish(SubscriberEnd.ClientGone), subscriber);
        feed.Add(subscriber);
        metrics.StreamOpened();
        try
        {
            // A server that began to drain after the place was taken didn't see this subscriber.
            if (hub.IsDraining) subscriber.Finish(SubscriberEnd.Draining);
            var output = await SseResponse.StartAsync(context);
            output.Write(_control.Started(request.Stream, resume, _options.RetryMs).Bytes.Span);
            await FlushAsync(output, subscriber);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await PumpAsync(output, subscriber, stopping.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            subscriber.Finish(SubscriberEnd.ClientGone);
        }
        catch
        {
            subscriber.Finish(SubscriberEnd.Error);
            throw;
        }
        finally
        {
            feed.Remove(subscriber);
            metrics.StreamClosed(subscriber.End);
            LogEnded(request.Stream, subscriber.End.Name, subscriber.Position);
        }
    }

    private async Task PumpAsync(PipeWriter output, Subscriber subscriber, CancellationToken cancellationToken)
    {
        var frames = new List<Frame>();
        var written = subscriber.Position;
        while (true)
        {
            var taken = subscriber.End == SubscriberEnd.None && await TakeAsync(subscriber, frames, cancellationToken);
            if (taken)
            {
                written = await WriteAsync(output, subscriber, frames, written);
                if (subscriber.Request.Close != CloseMode.Never && frames.Exists(frame => frame.IsGap)) await EndInGapAsync(subscriber, cancellationToken);
                // A client that waits holds no frame that its feed has let go.
                frames.Clear();
            }
            else if (subscriber.End != SubscriberEnd.None)
            {
                if (subscriber.End.CanBeTold) output.Write(_control.Closing(subscriber.Request.Stream, subscriber.End, subscriber.Position, _options.RetryMs).Bytes.Span);
                await FlushAsync(output, subscriber);
                return;
            }
            else if (subscriber.IsSilentFor(_options.Heartbeat))
            {
                written = WriteHeartbeat(output, subscriber, written);
            }
            else
            {
                await subscriber.WaitAsync();
                continue;
            }
            if (output.UnflushedBytes > 0) await FlushAsync(output, subscriber);
        }
    }

    /// <summary>Writes what passes the filter, up to the frame that ends the stream.</summary>
    /// <returns>The last position that the client knows.</returns>
    private async ValueTask<Cursor> WriteAsync(PipeWriter output, Subscriber subscriber, List<Frame> frames, Cursor written)
    {
        var delivered = 0;
        Frame? newest = null;
        var position = written;
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
                await WriteAsync(output, subscriber, frame.BytesUnder(subscriber.Request.Names));
                written = frame.Cursor ?? written;
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
        return written;
    }

    // In pieces, each with the whole write timeout: a client that is slow but alive takes one after the other.
    private static async ValueTask WriteAsync(PipeWriter output, Subscriber subscriber, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, MaxUnflushedBytes)];
            output.Write(piece.Span);
            bytes = bytes[piece.Length..];
            if (output.UnflushedBytes >= MaxUnflushedBytes) await FlushAsync(output, subscriber);
        }
    }

    private Cursor WriteHeartbeat(PipeWriter output, Subscriber subscriber, Cursor written)
    {
        if (subscriber.Request.HeartbeatEvents) output.Write(_control.Heartbeat(subscriber.Request.Stream, subscriber.Position).Bytes.Span);
        else if (subscriber.Position != written) SseFormat.WriteIdOnly(output, subscriber.Position);
        else SseFormat.WriteComment(output);
        return subscriber.Position;
    }

    private async Task<bool> TakeAsync(Subscriber subscriber, List<Frame> frames, CancellationToken cancellationToken)
    {
        try
        {
            if (await subscriber.TryTakeAsync(frames, cancellationToken) is { } taken) return taken;
            // The bus is out: the stream stays open and goes on when it is back.
            await Task.Delay(BusRetryDelay, time, cancellationToken);
            subscriber.Wake();
            return false;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The hub is about to end this stream, and the client is told so.
            return false;
        }
    }

    private static async Task<(LogPage Log, Cursor? RunEnd)?> ReadStateAsync(HttpContext context, StreamRequest request, Feed feed, CancellationToken deadline)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, deadline);
        try
        {
            var log = await feed.StateForAsync(request.From, waiting.Token);
            var runEnd = request.Close == CloseMode.Terminal ? await feed.FindRunEndAsync(request.Filter.RunId!, waiting.Token) : null;
            // An end is for good, so nothing but the log as it is now may tell it.
            if (Endings.IsOver(request, log, runEnd) || Endings.AlreadyReached(request, log, runEnd, Resume.Decide(request.From, log).Start) != SubscriberEnd.None)
                log = await feed.ReadStateAsync(waiting.Token);
            return (log, runEnd);
        }
        catch (Exception e) when (e is BusUnavailableException || (e is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Ends the stream when the end that it waits for is among the events that are gone.</summary>
    private static async Task EndInGapAsync(Subscriber subscriber, CancellationToken cancellationToken)
    {
        var request = subscriber.Request;
        try
        {
            var log = await subscriber.Feed.ReadStateAsync(cancellationToken);
            var runEnd = request.Close == CloseMode.Terminal ? await subscriber.Feed.FindRunEndAsync(request.Filter.RunId!, cancellationToken) : null;
            if (Endings.AlreadyReached(request, log, runEnd, subscriber.Position) is var end and not SubscriberEnd.None) subscriber.Finish(end);
        }
        catch (BusUnavailableException)
        {
            // The stream goes on; rotation brings the client back to be judged again.
        }
    }

    private async Task RefuseAsync(HttpContext context, StreamRequest request, SubscriberEnd end)
    {
        metrics.StreamRefused(end);
        if (end != SubscriberEnd.Unavailable && !SseResponse.IsWanted(context.Request))
        {
            context.Response.Headers.RetryAfter = "5";
            await TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable,
                title: end == SubscriberEnd.Busy ? "The server is full; try again later." : "The server is stopping; try again on another node.").ExecuteAsync(context);
            return;
        }
        // EventSource never comes back after an error status: it is told inside a stream.
        var output = await SseResponse.StartAsync(context);
        output.Write(_control.Closing(request.Stream, end, position: null, _options.RetryMs).Bytes.Span);
        await output.FlushAsync(context.RequestAborted);
    }

    private static async Task FlushAsync(PipeWriter output, Subscriber subscriber)
    {
        subscriber.BeginWrite();
        try
        {
            var flushed = await output.FlushAsync();
            if (flushed.IsCompleted || flushed.IsCanceled) subscriber.Finish(SubscriberEnd.ClientGone);
        }
        finally
        {
            subscriber.EndWrite();
        }
    }

    private static TimeSpan Jittered(TimeSpan age) => age * (0.8 + 0.4 * Random.Shared.NextDouble());

    [LoggerMessage(1010, LogLevel.Debug, "A stream of {Stream} ended at {Position}: {Reason}.", EventName = "StreamEnded")]
    private partial void LogEnded(StreamKey stream, string reason, Cursor position);
}
