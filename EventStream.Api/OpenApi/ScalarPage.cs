using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.OpenApi;

/// <summary>The page <c>/scalar</c>, from Scalar's own bundle, without a CDN.</summary>
internal static class ScalarPage
{
    private static readonly string Folder = AppContext.BaseDirectory;
    private static readonly string Bundle = Path.Combine(Folder, "scalar", "standalone.js");

    public static void MapScalar(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/scalar", ShowPage).ExcludeFromDescription();
        routes.MapGet("/scalar/standalone.js", SendBundle).ExcludeFromDescription();
    }

    private static PhysicalFileHttpResult ShowPage() =>
        TypedResults.PhysicalFile(Path.Combine(Folder, "OpenApi", File.Exists(Bundle) ? "scalar.html" : "scalar-missing.html"), "text/html; charset=utf-8");

    private static IResult SendBundle() =>
        File.Exists(Bundle) ? TypedResults.PhysicalFile(Bundle, "text/javascript; charset=utf-8") : TypedResults.NotFound();
}
