using EventStream.Api.Publishing;

namespace EventStream.Api.Ingest;

/// <summary>What a request says of its body.</summary>
internal static class BodyKind
{
    /// <summary>Whether it is NDJSON; null when it is neither that nor JSON.</summary>
    /// <remarks>curl says application/x-www-form-urlencoded of whatever it posts, and nothing of what it uploads: both are read as NDJSON.</remarks>
    public static bool? Of(HttpRequest request) =>
        PublishBody.IsSupported(request, out var isNdJson) ? isNdJson
        : request.ContentType is null or "" || request.ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? true
        : null;
}
