using System.Buffers;
using System.IO.Pipelines;
using EventStream.Events;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EventStream.Api.Streaming;

/// <summary>A client of Server-Sent Events.</summary>
internal sealed class SseConnection(HttpContext context, Dialect dialect, TimeProvider time) : IClientConnection
{
    // A piece that a slow client takes in seconds, so that it is told of an end or of silence between two of them.
    private const int MaxUnflushedBytes = 16 * 1024;

    private PipeWriter _output = context.Response.BodyWriter;
    private Subscriber? _subscriber;

    public Protocol Protocol => Protocol.Sse;

    public SocketProgress? Progress { get; } = SocketProgress.Of(context, time);

    public void Abort() => context.Abort();

    public async Task OpenAsync(Subscriber subscriber, Frame greeting)
    {
        _subscriber = subscriber;
        SetHeaders();
        await WriteAsync(greeting);
        await FlushAsync();
        if (ChunkedSocketWriter.Of(context) is not { } writer) return;
        _output = writer;
        // What must be looked at one by one, or isn't the canonical block, is written by the client's own loop.
        if (subscriber.Request is { Filter.IsAll: true, Entity: null, Dialect: Dialect.Canonical }) subscriber.Shared = writer;
    }

    // In pieces, each with the whole write timeout: a client that is slow but alive takes one after the other.
    public async ValueTask WriteAsync(Frame frame)
    {
        var bytes = frame.BytesIn(Protocol.Sse, dialect);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, MaxUnflushedBytes)];
            _output.Write(piece.Span);
            bytes = bytes[piece.Length..];
            if (_output.UnflushedBytes >= MaxUnflushedBytes) await FlushAsync();
        }
    }

    public bool TryWriteKeepAlive(Cursor? moved)
    {
        if (moved is { } cursor) SseFormat.WriteIdOnly(_output, cursor);
        else SseFormat.WriteComment(_output);
        return true;
    }

    public async ValueTask FlushAsync()
    {
        if (_output.UnflushedBytes == 0) return;
        _subscriber!.BeginWrite();
        try
        {
            // What ends a write is the write timeout, or that the client is gone, which the connection itself notices.
            var flushed = await _output.FlushAsync(CancellationToken.None);
            if (flushed.IsCompleted || flushed.IsCanceled) _subscriber.Finish(SubscriberEnd.ClientGone);
        }
        finally
        {
            _subscriber.EndWrite();
        }
    }

    public async Task CloseAsync(SubscriberEnd end, Frame? closing)
    {
        if (closing is not null)
        {
            await WriteAsync(closing);
            await FlushAsync();
        }
        // A chunk that is half sent can't be followed by the end of the response.
        if (_output is ChunkedSocketWriter { IsInsideChunk: true }) Abort();
    }

    // A block may be half written: the connection is cut, and the client comes back.
    public Task FailAsync(Frame closing) => Task.CompletedTask;

    public async Task RefuseAsync(SubscriberEnd end, Frame closing)
    {
        // EventSource never comes back after 204.
        if (!end.Reconnect)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        if (end != SubscriberEnd.Unavailable && !IsEventSource(context.Request))
        {
            context.Response.Headers.RetryAfter = "5";
            await TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable,
                title: end == SubscriberEnd.Busy ? "The server is full; try again later." : "The server is stopping; try again on another node.").ExecuteAsync(context);
            return;
        }
        // Nor after an error status, which isn't what is meant: it is told inside a stream.
        SetHeaders();
        _output.Write(closing.BytesIn(Protocol.Sse, dialect).Span);
        await _output.FlushAsync(context.RequestAborted);
    }

    private static bool IsEventSource(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));

    private void SetHeaders()
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // A stream is slow by nature; our own write timeout finds dead clients.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}
