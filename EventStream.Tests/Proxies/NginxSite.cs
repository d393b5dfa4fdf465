using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Proxies;

/// <summary>A server behind nginx, which is configured by the blocks of docs/operations.md. Its times are a thirtieth of those there.</summary>
public partial class NginxSite : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly int[] _ports = [LoopbackPorts.Next(), LoopbackPorts.Next(), LoopbackPorts.Next()];
    private NginxProcess? _nginx;

    /// <summary>Where the server is reached: at the root, under a prefix that nginx takes off, and under one that it passes on.</summary>
    public static TheoryData<string> Prefixes => ["", "/eventstream", "/agents"];

    internal TestServer Server { get; private set; } = null!;

    internal Uri Address => new($"http://127.0.0.1:{_ports[0]}");

    /// <summary>The same over TLS, with HTTP/2.</summary>
    internal Uri SecureAddress => new($"https://127.0.0.1:{_ports[1]}");

    /// <summary>An nginx with its defaults.</summary>
    internal Uri PlainAddress => new($"http://127.0.0.1:{_ports[2]}");

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>Who gets in: here everyone whom nginx lets through.</summary>
    protected virtual IReadOnlyDictionary<string, string> Access => new Dictionary<string, string> { ["Access:Open"] = "true" };

    /// <summary>How long nginx waits for a byte of the server.</summary>
    protected virtual string Patience => "2s";

    public async ValueTask InitializeAsync()
    {
        if (!NginxProcess.IsInstalled) return;
        Server = TestServer.Start(new(Access) { ["environment"] = "Production", ["Streaming:Heartbeat"] = "00:00:00.25", ["PathBase"] = "/agents" });
        Client = new HttpClient(NewHandler()) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        _nginx = await NginxProcess.StartAsync(Configuration(), _ports[0]);
    }

    /// <summary>A handler that trusts the site's certificate.</summary>
    internal SocketsHttpHandler NewHandler()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(_certificates.Authority));
        return new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = new() { CertificateChainPolicy = policy } };
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_nginx is not null) await _nginx.DisposeAsync();
        if (Server is not null) await Server.DisposeAsync();
        _certificates.Dispose();
    }

    private string Configuration()
    {
        var blocks = Block().Matches(File.ReadAllText(Repository.PathOf("docs", "operations.md"))).Select(block => block.Groups["text"].Value).ToArray();
        blocks.Length.ShouldBe(3);
        // The second node is down: every request must find the first.
        var (upstream, locations) = (Replace(blocks[0], "10.0.0.1:8000", Server.Address.Authority, "10.0.0.2:8000", $"127.0.0.1:{LoopbackPorts.Next()}", "read_timeout 60s", $"read_timeout {Patience}"), blocks[1..]);
        var listen = $"listen 127.0.0.1:{_ports[0]}; listen 127.0.0.1:{_ports[1]} ssl http2; ssl_certificate {_certificates.Server}; ssl_certificate_key {_certificates.ServerKey};";
        var server = Replace(upstream, "listen 80;", $"{listen}\n");
        return $$"""
            client_body_timeout 2s; send_timeout 2s; proxy_send_timeout 2s; proxy_read_timeout {{Patience}};
            {{server[..server.LastIndexOf('}')]}}
            {{string.Concat(locations)}}
            location /impatient/ { proxy_pass http://eventstream/; proxy_request_buffering off; }
            }
            server {
                listen 127.0.0.1:{{_ports[2]}};
                location / { proxy_pass http://eventstream; }
                location /gzip/ { proxy_pass http://eventstream/; gzip on; gzip_types text/event-stream; gzip_proxied any; }
            }
            """;
    }

    private static string Replace(string text, params string[] pairs)
    {
        foreach (var pair in pairs.Chunk(2))
        {
            text.ShouldContain(pair[0]);
            text = text.Replace(pair[0], pair[1], StringComparison.Ordinal);
        }
        return text;
    }

    [GeneratedRegex("```nginx\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();
}
