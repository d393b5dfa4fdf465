using System.Buffers;
using EventStream.Events;

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
        return (isNdJson || isJson) && (!type!.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads the whole body, without a byte order mark.</summary>
    /// <exception cref="EventRejectedException">The body is larger than <see cref="EventLimits.MaxBatchBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > EventLimits.MaxBatchBytes) throw TooLarge();
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > EventLimits.MaxBatchBytes) throw TooLarge();
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var body = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            return body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
        }
    }

    private static EventRejectedException TooLarge() =>
        new("", $"A request may hold {EventLimits.MaxBatchBytes} bytes; send the events in several requests.", isTooLarge: true);
}
