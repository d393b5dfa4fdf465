using System.Text.RegularExpressions;
using EventStream.Api.Settings;

namespace EventStream.Api.Cors;

/// <summary>Reads settings such as <c>Cors:Origins</c>, and refuses what no browser sends.</summary>
internal static partial class OriginSetting
{
    private const string Example = "https://app.example.com";

    /// <summary>The origins of a list, of one text with commas, or of both.</summary>
    /// <exception cref="SettingException">One of them can't match; the message says what to write.</exception>
    public static HashSet<PageOrigin> Read(IConfigurationSection section) => [.. section.Texts().Select(each => Parse(section.Path, each))];

    private static PageOrigin Parse(string setting, string text)
    {
        var origin = PageOrigin.TryParse(text);
        return origin is not null && !IsOfNoPage(origin.Scheme) ? origin : throw new SettingException($"{setting} holds '{text}'; {Fix(text)}");
    }

    private static string Fix(string text) => Parts().Match(text) switch
    {
        _ when text.Length == 0 => $"write origins such as {Example}, with commas between them.",
        _ when text.Contains('*', StringComparison.Ordinal) => $"wildcards aren't supported: list each origin, such as {Example}.",
        _ when Decoration().IsMatch(text) => $"write origins without quotes, brackets or spaces, with commas between them, such as {Example},http://localhost:5173.",
        _ when text is "null" || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) =>
            "every local file and every sandboxed frame has the origin null, a stranger's too: serve the page over http or from a scheme of its own, and list that, such as http://localhost:5173 or app://name.",
        { Success: true } parts when Closest(parts) is { } origin => $"an origin is scheme, host and port alone, of a page: write {origin}.",
        _ => $"browsers know no such origin: write it as location.origin shows it in the console of the page, such as {Example}.",
    };

    private static PageOrigin? Closest(Match parts)
    {
        var host = parts.Groups["host"].Value;
        var isLocal = PageOrigin.TryParse($"http://{host}")?.IsLoopback == true;
        var scheme = parts.Groups["scheme"].Value.ToLowerInvariant() switch
        {
            "" => isLocal ? "http" : "https",
            "ws" => "http",
            "wss" => "https",
            var other => other,
        };
        return IsOfNoPage(scheme) ? null : PageOrigin.TryParse($"{scheme}://{host}");
    }

    private static bool IsOfNoPage(string scheme) => scheme is "file" or "ws" or "wss" or "ftp" or "data" or "blob" or "about" or "javascript";

    [GeneratedRegex("""^((?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?([^/?#\\@]*@)?(?<host>[^/?#\\@]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parts();

    [GeneratedRegex("""["'`\s;{}<>|]|^\[(?![0-9A-Fa-f:.]+\])""", RegexOptions.None, 1000)]
    private static partial Regex Decoration();
}
