using System.Net;
using System.Net.Sockets;

namespace EventStream.Benchmarks.Load;

/// <summary>An address with <c>{session}</c> in its path, such as <c>http://127.0.0.1:8000/events/{session}</c>.</summary>
internal sealed class UrlTemplate
{
    public const string Place = "{session}";

    private readonly string _path;

    private UrlTemplate(string host, int port, string path) => (Host, Port, _path) = (host, port, path);

    public string Host { get; }

    public int Port { get; }

    /// <summary>Whether the streams are WebSockets.</summary>
    public bool IsWebSocket => _path.StartsWith("/ws/", StringComparison.Ordinal);

    public string Authority => $"{Host}:{Port}";

    public static UrlTemplate? TryParse(string text) =>
        Uri.TryCreate(text.Replace(Place, "x", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri.Scheme == "http" && text.Contains(Place, StringComparison.Ordinal)
            && text.IndexOf('/', "http://".Length) is > 0 and var path
            ? new UrlTemplate(uri.Host, uri.Port, text[path..])
            : null;

    /// <summary>The same address, asked with a query.</summary>
    public UrlTemplate With(string query) => new(Host, Port, $"{_path}?{query}");

    /// <summary>The same server's streams at another path.</summary>
    public UrlTemplate At(string path) => new(Host, Port, path);

    public string PathOf(string session) => _path.Replace(Place, session, StringComparison.Ordinal);

    public IPEndPoint Resolve() => Resolve(Host, Port);

    public static IPEndPoint Resolve(string host, int port) =>
        Dns.GetHostAddresses(host, AddressFamily.InterNetwork) is [var address, ..]
            ? new IPEndPoint(address, port)
            : throw new BenchmarkException($"{host} has no IPv4 address, and the generator knows no other.");
}
