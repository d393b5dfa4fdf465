using EventStream.Events;
using Microsoft.AspNetCore.Routing.Patterns;

namespace EventStream.Api.Problems;

/// <summary>Says what to ask instead of an address that isn't there, or by a method that it doesn't answer.</summary>
internal static class UnknownAddress
{
    // Of one part of a path; more letters make another word.
    private const int MostMistypes = 2;

    private const int LongestShown = 200;

    private const string AllRoutes = "The page /scalar lists all addresses.";

    /// <summary>The title of a problem; null for other statuses than 404 and 405.</summary>
    public static string? Title(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {Shown(context.Request.Path)}{(Meant(context) is { } meant ? $"; did you mean {meant}?" : ".")} {AllRoutes}",
        StatusCodes.Status405MethodNotAllowed => $"{EventRejectedException.Shown(context.Request.Method)} isn't possible at {Shown(context.Request.Path)}; {context.Response.Headers.Allow.ToString()} is. {AllRoutes}",
        _ => null,
    };

    // Addresses differ in their fixed parts; what stands in the place of an id is taken over.
    private static string? Meant(HttpContext context)
    {
        var asked = Parts(context.Request.Path);
        if (asked.Length is 0 or > 8) return null;
        var patterns = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern);
        return patterns.Where(pattern => pattern.PathSegments.Count == asked.Length).Select(pattern => Compare(pattern, asked)).Where(nearest => nearest.Distance <= MostMistypes * asked.Length)
            .OrderBy(nearest => nearest.Distance).Select(nearest => nearest.Path).FirstOrDefault();
    }

    private static (int Distance, string Path) Compare(RoutePattern pattern, string[] asked)
    {
        var (distance, path) = (0, "");
        for (var i = 0; i < asked.Length; i++)
        {
            var fixedPart = pattern.PathSegments[i].Parts is [RoutePatternLiteralPart { Content: var literal }] ? literal : null;
            // A part of many letters takes long to compare.
            var mistypes = fixedPart is null ? 0 : Math.Abs(fixedPart.Length - asked[i].Length) > MostMistypes ? int.MaxValue : Spelling.Distance(fixedPart, asked[i]);
            if (mistypes > MostMistypes) return (int.MaxValue, "");
            distance += mistypes;
            path += $"/{fixedPart ?? Shown(asked[i])}";
        }
        return (distance, path);
    }

    private static string[] Parts(PathString path) => path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string Shown(string? text) => text is { Length: > LongestShown } ? $"{text[..LongestShown]}…" : text ?? "";
}
