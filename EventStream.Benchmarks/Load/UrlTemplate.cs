using System.Net;
using System.Net.Sockets;

namespace EventStream.Benchmarks.Load;

/// <summary>An address with <c>{session}</c> in its path, such as <c>http://127.0.0.1:8000/events/{session}</c>.</summary>
internal sealed class UrlTemplate
{
    public const string Place = "{session}";

    private readonly string _path;

    private UrlTemplate(string scheme, string host, int port, string path) => (Scheme, Host, Port, _path) = (scheme, host, port, path);

    public string Scheme { get; }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Whether the streams are WebSockets.</summary>
    public bool IsWebSocket => _path.StartsWith("/ws/", StringComparison.Ordinal);

    /// <summary>Whether connections are secured by TLS.</summary>
    public bool IsSecure => Scheme == "https";

    /// <summary>Whether streams are asked for over HTTP/2, one to a connection.</summary>
    public bool IsHttp2 { get; private init; }

    public string Authority => $"{Host}:{Port}";

    public static UrlTemplate? TryParse(string text) =>
        Uri.TryCreate(text.Replace(Place, "x", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && text.Contains(Place, StringComparison.Ordinal)
            && text.IndexOf('/', $"{uri.Scheme}://".Length) is > 0 and var path
            ? new UrlTemplate(uri.Scheme, uri.Host, uri.Port, text[path..])
            : null;

    /// <summary>The same address, asked with a query.</summary>
    public UrlTemplate With(string query) => At($"{_path}?{query}");

    /// <summary>The same server's streams at another path.</summary>
    public UrlTemplate At(string path) => new(Scheme, Host, Port, path) { IsHttp2 = IsHttp2 };

    /// <summary>The same streams over HTTP/2.</summary>
    public UrlTemplate OverHttp2() => IsSecure ? new(Scheme, Host, Port, _path) { IsHttp2 = true } : throw new BenchmarkException("--http2 needs TLS, as browsers do: an https address, or --tls for a server that is started here.");

    public string PathOf(string session) => _path.Replace(Place, session, StringComparison.Ordinal);

    public IPEndPoint Resolve() => Resolve(Host, Port);

    public static IPEndPoint Resolve(string host, int port) =>
        Dns.GetHostAddresses(host, AddressFamily.InterNetwork) is [var address, ..]
            ? new IPEndPoint(address, port)
            : throw new BenchmarkException($"{host} has no IPv4 address, and the generator knows no other.");
}
