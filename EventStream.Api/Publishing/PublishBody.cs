using System.Buffers;
using System.IO.Pipelines;
using EventStream.Api.Problems;
using EventStream.Events;
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

    /// <summary>Reads the whole body, without a byte order mark.</summary>
    /// <exception cref="EventRejectedException">The body is empty, or larger than <see cref="EventLimits.MaxBatchBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > EventLimits.MaxBatchBytes) throw TooLarge();
        var reader = request.BodyReader;
        while (true)
        {
            var read = await ReadAsync(reader, cancellationToken);
            if (read.Buffer.Length > EventLimits.MaxBatchBytes) throw TooLarge();
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

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // A chunk length beyond all numbers: Kestrel has no name of its own for it.
            throw new BadHttpRequestException("Bad chunk size data.", e);
        }
    }

    private static EventRejectedException TooLarge() => new("", ProblemResults.TooLarge, isTooLarge: true);
}
