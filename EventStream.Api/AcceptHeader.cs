using Microsoft.Net.Http.Headers;

namespace EventStream.Api;

/// <summary>What a client accepts, by RFC 9110, 12.5.1: the range that names a type most closely gives its quality.</summary>
internal static class AcceptHeader
{
    /// <summary>The quality that the client gives to a type by name; null when it doesn't name it.</summary>
    public static double? Named(HttpRequest request, string type) => Of(request, range => range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));

    /// <summary>The quality that the client gives to a type by name or by a wildcard; 0 when it doesn't accept the type.</summary>
    public static double Quality(HttpRequest request, string type) =>
        Named(request, type)
        ?? Of(request, range => range is { MatchesAllSubTypes: true, MatchesAllTypes: false } && type.StartsWith($"{range.Type}/", StringComparison.OrdinalIgnoreCase))
        ?? Of(request, range => range.MatchesAllTypes)
        ?? 0;

    // What can't be parsed is left out: some clients send "*" for "*/*".
    private static double? Of(HttpRequest request, Func<MediaTypeHeaderValue, bool> isMeant) =>
        request.GetTypedHeaders().Accept.Where(isMeant).Select(range => range.Quality ?? 1).Cast<double?>().Max();
}
