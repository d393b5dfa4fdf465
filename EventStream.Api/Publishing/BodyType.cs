using EventStream.Events;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Publishing;

/// <summary>What the headers of a request say of its body.</summary>
/// <param name="Form">How it is written.</param>
/// <param name="Refusal">The answer when it can't be read; else null.</param>
internal readonly record struct BodyType(BodyForm Form, IResult? Refusal)
{
    /// <summary>Reads the headers as widespread clients write them.</summary>
    /// <param name="context">The request.</param>
    /// <param name="takesEventStream">Whether the body may be Server-Sent Events.</param>
    public static BodyType Read(HttpContext context, bool takesEventStream = false)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return Refuse(StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding '{EventRejectedException.Shown(encoding)}' isn't read; send the body as it is, without compression.");
        }
        // A semicolon without a parameter behind it is common.
        var text = request.ContentType?.TrimEnd(' ', '\t', ';') ?? "";
        var type = MediaTypeHeaderValue.TryParse(text, out var parsed) ? parsed : null;
        var form = FormOf(type) is BodyForm.EventStream && !takesEventStream ? null : FormOf(type);
        if (text.Length > 0 && form is null)
            return Refuse(StatusCodes.Status415UnsupportedMediaType, $"Content-Type must be application/json{(takesEventStream ? ", text/event-stream" : "")} or application/x-ndjson in UTF-8, not '{EventRejectedException.Shown(text)}'; with curl: --json '…', or -H 'Content-Type: application/x-ndjson'.");
        if (type is not null && !IsUtf8(type.Charset.Value))
            return Refuse(StatusCodes.Status415UnsupportedMediaType, $"The charset '{EventRejectedException.Shown(type.Charset.Value!.Trim('"'))}' isn't read; send the body in UTF-8.");
        return new BodyType(form ?? BodyForm.Unstated, Refusal: null);
    }

    private static BodyForm? FormOf(MediaTypeHeaderValue? type) => type?.MediaType.Value?.ToLowerInvariant() switch
    {
        "application/json" or "text/json" => BodyForm.Json,
        // The last is Spring's, from before NDJSON had a name.
        "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonl" or "application/jsonlines" or "application/x-jsonlines" or "application/x-ldjson" or "text/x-ndjson" or "application/stream+json" => BodyForm.Lines,
        "text/event-stream" => BodyForm.EventStream,
        // curl -d and most HTTP libraries; navigator.sendBeacon and fetch with a text; libraries that send bytes.
        "application/x-www-form-urlencoded" or "text/plain" or "application/octet-stream" => BodyForm.Unstated,
        _ when type is null => null,
        _ => type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase) ? BodyForm.Json : null,
    };

    // utf8 is a label of UTF-8 to browsers, and ASCII is a part of it.
    private static bool IsUtf8(string? charset) => charset?.Trim('"', '\'').ToLowerInvariant() is null or "" or "utf-8" or "utf8" or "us-ascii" or "ascii";

    private static BodyType Refuse(int status, string title) => new(default, TypedResults.Problem(statusCode: status, title: title));
}
