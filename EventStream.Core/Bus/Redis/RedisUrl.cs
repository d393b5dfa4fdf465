using System.Globalization;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Reads <c>redis://[[user]:password@]host[:port][/database][?option=value]</c>, and <c>rediss://</c> for TLS, as the settings of the client library.</summary>
internal static partial class RedisUrl
{
    private const int DefaultPort = 6379;

    /// <summary>Whether the text is a URL, of Redis or of something else, and no connection string of the client library.</summary>
    public static bool Is(string text) => Scheme().IsMatch(text);

    /// <summary>What is wrong with the URL, as a sentence without its user and password; null when it can be read.</summary>
    public static string? Problem(string text)
    {
        if (Scheme().Match(text).Value.ToUpperInvariant() is not ("REDIS://" or "REDISS://")) return "A Redis URL begins with redis://, or rediss:// for TLS; of Sentinels write HOST:26379,serviceName=NAME.";
        if (Form().Match(text) is not { Success: true } url) return "A Redis URL is redis://user:password@host:6379/0, where characters such as @, / and # in the password are written as %40, %2F and %23.";
        if (url.Groups["host"].Value.Contains(',', StringComparison.Ordinal) || url.Groups["port"].Value.Contains(',', StringComparison.Ordinal)) return "A Redis URL names one server; of a cluster name one of its nodes, or write HOST:PORT,HOST:PORT without a scheme.";
        if (url.Groups["user"].Value.Length > 0 && url.Groups["password"].Value.Length == 0) return "A Redis URL with a user needs a password: redis://user:password@host, or redis://:password@host for the default user.";
        if (!IsPort(url.Groups["port"].Value)) return "The port of a Redis URL must be between 1 and 65535, such as redis://localhost:6379.";
        if (!IsDatabase(url.Groups["database"].Value)) return "What follows the host of a Redis URL is the number of a database, such as redis://localhost:6379/0.";
        return Options(url).All(option => option.Contains('=', StringComparison.Ordinal)) ? null : "Options of a Redis URL are ?name=value&name=value, with the names of StackExchange.Redis, such as rediss://10.0.0.5:6380?sslHost=redis.example.com.";
    }

    /// <exception cref="ArgumentException">An option is unknown or can't be read.</exception>
    public static ConfigurationOptions Parse(string text)
    {
        if (Problem(text) is { } problem) throw new ArgumentException(problem, nameof(text));
        var url = Form().Match(text);
        var port = url.Groups["port"].Value is { Length: > 0 } given ? given : DefaultPort.ToString(CultureInfo.InvariantCulture);
        var configuration = ConfigurationOptions.Parse(string.Join(',', [$"{url.Groups["host"].Value}:{port}", .. Options(url)]));
        // Set here, since a comma in them would end them in a connection string.
        if (Text(url, "user") is { Length: > 0 } user) configuration.User = user;
        if (Text(url, "password") is { Length: > 0 } password) configuration.Password = password;
        if (url.Groups["scheme"].Value.Equals("rediss", StringComparison.OrdinalIgnoreCase)) configuration.Ssl = true;
        if (url.Groups["database"].Value is { Length: > 0 } database) configuration.DefaultDatabase = int.Parse(database, CultureInfo.InvariantCulture);
        return configuration;
    }

    private static bool IsPort(string text) => text.Length == 0 || (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0);

    private static bool IsDatabase(string text) => text.Length == 0 || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<string> Options(Match url) => url.Groups["options"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString);

    private static string Text(Match url, string part) => Uri.UnescapeDataString(url.Groups[part].Value);

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*://", RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();

    // A password may hold a colon and a comma, but not what ends it.
    [GeneratedRegex(@"^(?<scheme>[a-zA-Z]+)://(?:(?<user>[^:@/?#\s]*)(?::(?<password>[^@/?#\s]*))?@)?(?<host>\[[0-9a-fA-F:.%]+\]|[^:@/?#\s\[\]]+)(?::(?<port>[^/?#@\s]*))?(?:/(?<database>[^/?#@\s]*))?/?(?:\?(?<options>[^#\s]*))?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
