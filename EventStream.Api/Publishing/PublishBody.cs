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
    /// <summary>Whether the request says that it carries JSON or NDJSON, in UTF-8.</summary>
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
    /// <remarks>It also ends when the client leaves.</remarks>
    /// <exception cref="EventRejectedException">The body is empty, or larger than <see cref="EventLimits.MaxBatchBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > EventLimits.MaxBatchBytes) throw TooLarge();
        var reader = request.BodyReader;
        // Don't pass the token to a read: Kestrel's own read would stay open.
        await using var ending = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        while (true)
        {
            var read = await ReadAsync(request, reader);
            // Kestrel cancels a read too, when the server begins to stop; the rest may still come then.
            if (read.IsCanceled && cancellationToken.IsCancellationRequested)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new OperationCanceledException(cancellationToken);
            }
            if (read.Buffer.Length > EventLimits.MaxBatchBytes)
            {
                // Kestrel reads on to the end of the request, and can't while a read is open.
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

    /// <summary>Reads what has come.</summary>
    /// <exception cref="BadHttpRequestException">The body is broken off, or its chunks are broken.</exception>
    public static async ValueTask<ReadResult> ReadAsync(HttpRequest request, PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync(CancellationToken.None);
        }
        catch (Exception e) when (IsGone(request, e))
        {
            // Kestrel has left its own read open: it must not go on with this connection.
            request.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            request.HttpContext.Abort();
            throw new BadHttpRequestException("The client left in the middle of its body.", e);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // A chunk length that no number holds: Kestrel throws a plain IOException for it.
            throw new BadHttpRequestException("Bad chunk size data.", e);
        }
    }

    // A body with a content length has no chunks that could be broken: the client left, or was too slow.
    private static bool IsGone(HttpRequest request, Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => request.ContentLength is not null,
        ConnectionResetException or ConnectionAbortedException => true,
        _ => false,
    };

    private static EventRejectedException TooLarge() => new("", ProblemResults.TooLarge, isTooLarge: true);
}
