using System.Security.Cryptography.X509Certificates;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>One way to reach a Redis: the servers, and the options that connect to them.</summary>
internal sealed class RedisWay : IAsyncDisposable
{
    private const string Password = "sesame with spaces";

    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<string> _variables = [];

    private RedisWay(string connectionString) => Options = new RedisBusOptions { ConnectionString = connectionString };

    public RedisBusOptions Options { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RedisWay> PlainAsync()
    {
        var server = await RedisServer.StartOwnAsync();
        return new RedisWay(server.ConnectionString).With(server);
    }

    public static async Task<RedisWay> PasswordAsync()
    {
        var server = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(server, Cancel);
        probe.Ask("CONFIG", "SET", "requirepass", Password);
        return new RedisWay($"{server.ConnectionString},password={Password}").With(server);
    }

    /// <summary>A user with exactly the rights that docs/decisions/redis.md names; the user <c>default</c> is off.</summary>
    public static async Task<RedisWay> UserAsync()
    {
        var server = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(server, Cancel);
        probe.Ask(await RightsAsync());
        probe.Ask("ACL", "SETUSER", "default", "off");
        return new RedisWay($"{server.ConnectionString},user=eventstream,password=SECRET").With(server);
    }

    public static async Task<RedisWay> UrlAsync()
    {
        var server = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(server, Cancel);
        probe.Ask("CONFIG", "SET", "requirepass", "a,b:c/d=e #%");
        return new RedisWay($"redis://:a,b:c%2Fd=e%20%23%25@{server.ConnectionString.Split(',')[0]}/5").With(server);
    }

    public static async Task<RedisWay> UrlWithUserAsync()
    {
        var way = await UserAsync();
        return way.At(text => $"redis://eventstream:SECRET@{text.Split(',')[0]}");
    }

    public static async Task<RedisWay> UrlWithTlsAsync()
    {
        var way = await OwnAuthorityByCodeAsync();
        return way.At(text => $"REDISS://{text.Split(',')[0]}/?sslHost=localhost");
    }

    public static async Task<RedisWay> UnixSocketAsync()
    {
        RedisServer.SkipUnlessOwn();
        var path = Path.Combine(Path.GetTempPath(), $"es-{Guid.NewGuid():N}.sock");
        var server = new RedisProcess("--unixsocket", path);
        var way = new RedisWay($"!{path}").With(server);
        await server.StartAsync();
        return way;
    }

    /// <summary>TLS with an authority that only an environment variable of the client library names.</summary>
    public static async Task<RedisWay> OwnAuthorityAsync()
    {
        var server = await RedisTlsServer.StartAsync();
        return new RedisWay($"localhost:{server.TlsPort},ssl=true").With(server).Set("SERedis_IssuerCertPath", server.Certificates.Authority);
    }

    public static async Task<RedisWay> OwnAuthorityByCodeAsync()
    {
        var server = await RedisTlsServer.StartAsync();
        var way = new RedisWay($"127.0.0.1:{server.TlsPort},ssl=true,sslHost=localhost,sslProtocols=Tls12|Tls13").With(server);
        way.Options.Configure = configuration => configuration.TrustIssuer(server.Certificates.Authority);
        return way;
    }

    public static async Task<RedisWay> ClientCertificateAsync()
    {
        var server = await RedisTlsServer.StartAsync(asksForCertificate: true);
        return new RedisWay($"localhost:{server.TlsPort},ssl=true").With(server)
            .Set("SERedis_IssuerCertPath", server.Certificates.Authority)
            .Set("SERedis_ClientCertPemPath", server.Certificates.Client)
            .Set("SERedis_ClientCertPasswordPath", server.Certificates.ClientKey);
    }

    public static async Task<RedisWay> ClientCertificateByCodeAsync()
    {
        var server = await RedisTlsServer.StartAsync(asksForCertificate: true);
        var certificate = X509Certificate2.CreateFromPemFile(server.Certificates.Client, server.Certificates.ClientKey);
        var way = new RedisWay($"localhost:{server.TlsPort},ssl=true").With(server);
        way.Options.Configure = configuration =>
        {
            configuration.CertificateSelection += (_, _, _, _, _) => certificate;
            configuration.CertificateValidation += (_, shown, _, _) => shown?.Subject == "CN=server";
        };
        return way;
    }

    public static async Task<RedisWay> ProxyAsync()
    {
        var server = await RedisServer.StartOwnAsync();
        var proxy = new ConnectProxy();
        return new RedisWay($"{server.ConnectionString},tunnel=http:127.0.0.1:{proxy.Port}").With(server).With(proxy);
    }

    public static RedisWay Cluster(RedisCluster cluster) => new(cluster.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _variables) Environment.SetEnvironmentVariable(name, null);
        foreach (var server in _servers) await server.DisposeAsync();
    }

    private static async Task<string[]> RightsAsync()
    {
        var document = await File.ReadAllTextAsync(Repository.PathOf("docs/decisions/redis.md"), Cancel);
        var rights = document[document.IndexOf("ACL SETUSER eventstream", StringComparison.Ordinal)..];
        return rights[..rights.IndexOf("```", StringComparison.Ordinal)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private RedisWay At(Func<string, string> connectionString)
    {
        Options.ConnectionString = connectionString(Options.ConnectionString);
        return this;
    }

    private RedisWay With(IAsyncDisposable server)
    {
        _servers.Add(server);
        return this;
    }

    private RedisWay Set(string name, string value)
    {
        _variables.Add(name);
        Environment.SetEnvironmentVariable(name, value);
        return this;
    }
}
