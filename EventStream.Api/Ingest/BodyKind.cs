using EventStream.Api.Publishing;

namespace EventStream.Api.Ingest;

/// <summary>Reads the type of a request's body.</summary>
internal static class BodyKind
{
    /// <summary>Whether the body is NDJSON; null when it is neither NDJSON nor JSON.</summary>
    /// <remarks>curl sends application/x-www-form-urlencoded with every post, and no type with an upload: both are read as NDJSON.</remarks>
    public static bool? Of(HttpRequest request) =>
        PublishBody.IsSupported(request, out var isNdJson) ? isNdJson
        : request.ContentType is null or "" || request.ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? true
        : null;
}
