using EventStream.Api.Security;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Inspector;

/// <summary>Serves the files of the page, which the build makes from <c>clients/typescript/inspector</c>.</summary>
internal static class InspectorPage
{
    private const string ServerList = "<meta name=\"eventstream-servers\" content=\"\"";

    private static readonly string MissingPolicy = ContentPolicy.Page(connect: "", inline: true);

    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "inspector");
    private static readonly string Index = Path.Combine(Folder, "index.html");
    private static readonly string Missing = Path.Combine(AppContext.BaseDirectory, "Inspector", "inspector-missing.html");
    private static readonly string Building = Path.Combine(AppContext.BaseDirectory, "Inspector", "inspector-building.html");

    /// <summary>Whether the request asks for a page. EventSource asks for <c>text/event-stream</c> and curl for anything: both get the route's own answer.</summary>
    public static bool IsWantedBy(HttpRequest request)
    {
        // A cheap check first: most streams are requested by programs, and parsing the values costs more.
        if (!request.Headers.Accept.ToString().Contains("html", StringComparison.OrdinalIgnoreCase)) return false;
        return AcceptHeader.Named(request, "text/html") is { } page && page > AcceptHeader.Quality(request, "text/event-stream");
    }

    public static async Task ShowAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers["Referrer-Policy"] = "no-referrer";
        var isBuilt = File.Exists(Index);
        var servers = string.Join(' ', context.RequestServices.GetRequiredService<InspectorSettings>().Servers);
        headers.ContentSecurityPolicy = isBuilt ? ContentPolicy.Page(connect: servers.Length > 0 ? $" {servers}" : "", inline: false) : MissingPolicy;
        // A proxy may have put the server under a prefix that it doesn't tell, so the page's own addresses are relative, from the depth at which it is shown.
        var home = string.Concat(Enumerable.Repeat("../", context.Request.Path.Value!.Count(c => c == '/') - 1));
        var page = await File.ReadAllTextAsync(isBuilt ? Index : InspectorBuild.IsUnderWay ? Building : Missing, context.RequestAborted);
        page = page.Replace(ServerList, ServerList.Replace("\"\"", $"\"{servers}\"", StringComparison.Ordinal), StringComparison.Ordinal);
        await TypedResults.Text(page.Replace("\"./", isBuilt ? $"\"{home}inspector/" : $"\"./{home}", StringComparison.Ordinal), "text/html; charset=utf-8").ExecuteAsync(context);
    }

    public static IResult SendAsset(string file, HttpContext context)
    {
        var path = Path.Combine(Folder, "assets", Path.GetFileName(file));
        if (!File.Exists(path) || TypeOf(file) is not { } type) return TypedResults.NotFound();
        var headers = context.Response.Headers;
        // The file's name contains a hash of its content, so it never changes.
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (!TakesGzip(context.Request) || !File.Exists($"{path}.gz")) return TypedResults.PhysicalFile(path, type);
        headers.ContentEncoding = "gzip";
        return TypedResults.PhysicalFile($"{path}.gz", type);
    }

    private static string? TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    private static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is not 0);
}
