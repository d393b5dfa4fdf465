using System.IO.Pipelines;
using System.Text.Json;
using EventStream.Events;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EventStream.Api.Publishing;

/// <summary>Reads the body of a publish request.</summary>
internal static class PublishBody
{
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

    /// <summary>Whether a text is more than one JSON value: then it is NDJSON.</summary>
    public static bool HoldsLines(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = EventLimits.MaxJsonDepth });
        try
        {
            json.Read();
            json.Skip();
            return text[(int)json.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8);
        }
        catch (JsonException)
        {
            // The reader of the events says what is wrong.
            return false;
        }
    }

    /// <summary>Whether a text begins as UTF-16 does: by its byte order mark. Windows PowerShell writes its files so.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> text) => text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);

    // A body with a Content-Length can't be malformed: it can only end too early or arrive too slowly.
    private static bool IsGone(HttpRequest request, Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => request.ContentLength is not null,
        ConnectionResetException or ConnectionAbortedException => true,
        _ => false,
    };

    public static EventRejectedException Utf16() => new("", "The body is written in UTF-16; send it in UTF-8.");
}
