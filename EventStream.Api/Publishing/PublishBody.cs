using System.Buffers;
using System.IO.Pipelines;
using EventStream.Api.Problems;
using EventStream.Events;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Publishing;

/// <summary>Reads the body of a publish request.</summary>
internal static class PublishBody
{
    /// <summary>Whether the request's content type is JSON or NDJSON in UTF-8.</summary>
    public static bool IsSupported(HttpRequest request, out bool isNdJson)
    {
        var type = request.GetTypedHeaders().ContentType;
        isNdJson = type?.MediaType.Value?.ToUpperInvariant() is "APPLICATION/X-NDJSON" or "APPLICATION/NDJSON" or "APPLICATION/JSONL";
        var isJson = type is not null && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
        return (isNdJson || isJson) && (!type!.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether the body is compressed.</summary>
    public static bool IsEncoded(HttpRequest request) =>
        request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    public static IResult RefuseEncoding(HttpContext context)
    {
        context.Response.Headers.AcceptEncoding = "identity";
        return TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType,
            title: $"Content-Encoding '{EventRejectedException.Shown(context.Request.Headers.ContentEncoding.ToString())}' isn't read; send the body as it is, without compression.");
    }

    /// <summary>Reads the whole body, without a byte order mark.</summary>
    /// <remarks>The read also ends when the client leaves.</remarks>
    /// <exception cref="EventRejectedException">The body is empty, or larger than <see cref="EventLimits.MaxBatchBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > EventLimits.MaxBatchBytes) throw TooLarge();
        var reader = request.BodyReader;
        // The reads don't take the token: cancelling a read would leave Kestrel's own read open.
        await using var ending = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        while (true)
        {
            var read = await ReadAsync(request, reader);
            // Kestrel also cancels a read when the server begins to stop. The rest of the body may still arrive then.
            if (read.IsCanceled && cancellationToken.IsCancellationRequested)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new OperationCanceledException(cancellationToken);
            }
            if (read.Buffer.Length > EventLimits.MaxBatchBytes)
            {
                // Kestrel reads the rest of the request, which it can't while a read is open.
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var body = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            var text = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
            return text.Span.ContainsAnyExcept(" \t\r\n"u8) ? text : throw new EventRejectedException("", """The body is empty; send an event, such as {"type":"agent_thought","payload":{"content":"…"}}.""");
        }
    }

    /// <summary>Reads what has arrived.</summary>
    /// <exception cref="BadHttpRequestException">The body ended early, or its chunks are malformed.</exception>
    public static async ValueTask<ReadResult> ReadAsync(HttpRequest request, PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync(CancellationToken.None);
        }
        catch (Exception e) when (IsGone(request, e))
        {
            // Kestrel has left its own read open, so it must not use this connection again.
            request.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            request.HttpContext.Abort();
            throw new BadHttpRequestException("The client left in the middle of its body.", e);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // Kestrel lets this exception through when a chunk's length overflows.
            throw new BadHttpRequestException("Bad chunk size data.", e);
        }
    }

    // A body with a Content-Length can't be malformed: it can only end too early or arrive too slowly.
    private static bool IsGone(HttpRequest request, Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => request.ContentLength is not null,
        ConnectionResetException or ConnectionAbortedException => true,
        _ => false,
    };

    private static EventRejectedException TooLarge() => new("", ProblemResults.TooLarge, isTooLarge: true);
}
