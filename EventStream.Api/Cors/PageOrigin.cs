using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace EventStream.Api.Cors;

/// <summary>An origin in one form, however it is written: two of them are equal when a browser takes them for the same.</summary>
/// <param name="Scheme">Its scheme in lower case.</param>
/// <param name="Host">Its host in lower case, names in punycode.</param>
/// <param name="Port">Its port; null when it is the scheme's own or the scheme has none.</param>
internal sealed partial record PageOrigin(string Scheme, string Host, int? Port)
{
    public bool IsWeb => Scheme is "http" or "https";

    public bool IsLoopback => Host is "localhost" || Host.EndsWith(".localhost", StringComparison.Ordinal) || (IPAddress.TryParse(Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether a request asks for this machine by one of the names that it has for itself.</summary>
    public static bool IsOfThisMachine(HostString host) => host.HasValue && TryParse($"http://{host.ToUriComponent()}") is { IsLoopback: true };

    /// <summary>Reads an origin; null when a browser sends no such one.</summary>
    /// <param name="text">Such as <c>https://app.example.com</c>; a slash may follow.</param>
    public static PageOrigin? TryParse(string text)
    {
        var match = Shape().Match(text);
        if (!match.Success) return null;
        var scheme = match.Groups["scheme"].Value.ToLowerInvariant();
        var isWeb = scheme is "http" or "https";
        if (HostOf(match.Groups["host"].Value, isWeb) is not { } host) return null;
        if (match.Groups["port"].Value is not { Length: > 0 } digits) return new PageOrigin(scheme, host, Port: null);
        if (!ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return null;
        return new PageOrigin(scheme, host, (scheme, port) is ("http", 80) or ("https", 443) ? null : port);
    }

    public override string ToString() => $"{Scheme}://{Host}{(Port is { } port ? $":{port}" : "")}";

    private static string? HostOf(string text, bool isWeb)
    {
        // Within brackets Shape allows no zone, which browsers refuse.
        if (text[0] == '[') return IPAddress.TryParse(text, out var address) ? $"[{address}]" : null;
        if (!isWeb) return text.All(char.IsAscii) ? text.ToLowerInvariant() : null;
        if (!text.All(IsKept) || !Uri.TryCreate($"https://{text.ToLowerInvariant()}", UriKind.Absolute, out var uri)) return null;
        // Browsers take a host that ends in a number for an IPv4 address.
        if (uri.HostNameType != UriHostNameType.IPv4 && EndsInNumber().IsMatch(text)) return null;
        return uri.IdnHost.ToLowerInvariant();
    }

    // Browsers replace, compose or refuse many others before they write punycode, which .NET doesn't without ICU. These they keep, but for their case.
    private static bool IsKept(char c) => c is <= '\u007F' or (>= 'À' and <= 'į') or (>= 'Ŋ' and <= 'ž') or 'Ό' or (>= 'Ύ' and <= 'ώ') or (>= 'Ѐ' and <= 'ҁ') or (>= 'Ҋ' and <= 'ҿ')
        or '。' or '々' or (>= 'ぁ' and <= 'ゖ') or (>= 'ァ' and <= 'ヺ') or 'ー' or (>= '\u4E00' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3');

    [GeneratedRegex("""^(?<scheme>[a-z][a-z0-9+.-]*)://(?<host>\[[0-9a-f:.]+\]|[^\s\p{C}/?#\\@:\[\]*%<>"',;|^`{}]+)(:(?<port>[0-9]*))?/?\z""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();

    [GeneratedRegex(@"(^|\.)([0-9]+|0x[0-9a-f]*)\.?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EndsInNumber();
}
