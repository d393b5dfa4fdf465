using System.Buffers;
using System.IO.Pipelines;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Dialects;
using EventStream.Events;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Streaming.Connections;

/// <summary>A client of Server-Sent Events.</summary>
internal sealed class SseConnection(HttpContext context, IDialect dialect, TimeProvider time) : ClientConnection(dialect, time)
{
    // So small that a slow client takes it in seconds: ends and heartbeats are written between two pieces.
    private const int MaxUnflushedBytes = 16 * 1024;

    private PipeWriter _output = context.Response.BodyWriter;

    public override Transport Transport => Transport.Sse;

    public override SocketProgress? Progress { get; } = SocketProgress.Of(context, time);

    public override void Abort() => context.Abort();

    public override async Task OpenAsync(Frame greeting)
    {
        SetHeaders();
        await WriteAsync(greeting);
        await FlushAsync();
        if (ChunkedSocketWriter.Of(context) is not { } writer) return;
        _output = writer;
        AllowSharedWrites();
    }

    // In pieces, each with the whole write timeout: a client that is slow but alive takes one after the other.
    public override async ValueTask WriteAsync(Frame frame)
    {
        var bytes = BlockOf(frame);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, MaxUnflushedBytes)];
            _output.Write(piece.Span);
            bytes = bytes[piece.Length..];
            if (_output.UnflushedBytes >= MaxUnflushedBytes) await FlushAsync();
        }
    }

    public override bool TryWriteKeepAlive(Cursor? moved)
    {
        if (moved is { } cursor) SseFormat.WriteIdOnly(_output, cursor);
        else SseFormat.WriteComment(_output);
        return true;
    }

    public override async ValueTask FlushAsync()
    {
        if (_output.UnflushedBytes == 0) return;
        BeginWrite();
        try
        {
            // No token: the write timeout, or the connection when the client leaves, ends a write.
            var flushed = await _output.FlushAsync(CancellationToken.None);
            if (flushed.IsCompleted || flushed.IsCanceled) Finish(SubscriberEnd.ClientGone);
        }
        finally
        {
            EndWrite();
        }
    }

    public override async Task CloseAsync(SubscriberEnd end, Frame? closing)
    {
        if (closing is not null)
        {
            await WriteAsync(closing);
            await FlushAsync();
        }
        // A chunk that is half sent can't be followed by the end of the response.
        if (_output is ChunkedSocketWriter { IsInsideChunk: true } || (Dialect.IsCutShort && !end.IsToldByTheLog && !IsOver)) Abort();
    }

    // A block may be half written: the connection is cut, and the client comes back.
    public override Task FailAsync(Frame closing) => Task.CompletedTask;

    public override async Task RefuseAsync(SubscriberEnd end, Frame closing)
    {
        if (Dialect.Kind == DialectKind.FoldedPerConnection && !end.Reconnect)
        {
            await TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "The session was deleted.").ExecuteAsync(context);
            return;
        }
        // EventSource never comes back after 204.
        if (!end.Reconnect)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        if (Dialect.IsCutShort || (end is not (SubscriberEnd.Unavailable or SubscriberEnd.TooManyStreams) && !IsEventSource(context.Request)))
        {
            context.Response.Headers.RetryAfter = "5";
            await TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: end.Refusal).ExecuteAsync(context);
            return;
        }
        // EventSource never comes back after an error status either, so it is told inside a stream.
        SetHeaders();
        _output.Write(BlockOf(closing).Span);
        await _output.FlushAsync(context.RequestAborted);
    }

    protected override bool TrySend(SharedWrite write) => ((ChunkedSocketWriter)_output).TrySend(write.Chunk);

    /// <summary>Whether a request comes from EventSource, or from a client that reads what it reads.</summary>
    public static bool IsEventSource(HttpRequest request) => AcceptHeader.Named(request, "text/event-stream") > 0;

    private void SetHeaders()
    {
        var response = context.Response;
        response.ContentType = Dialect.ContentType;
        response.Headers.CacheControl = "no-cache, no-transform";
        // Three headers that Kestrel has no field for are held in less than four, as long as the stream lives. The policy says what this one says.
        response.Headers.Remove(HeaderNames.XFrameOptions);
        response.Headers["X-Accel-Buffering"] = "no";
        foreach (var (name, value) in Dialect.Headers) response.Headers[name] = value;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // A stream is slow by nature; our own write timeout finds dead clients.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}
