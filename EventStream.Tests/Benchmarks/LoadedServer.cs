using System.Security.Cryptography.X509Certificates;
using EventStream.Benchmarks.Load;
using EventStream.Benchmarks.Processes;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace EventStream.Tests.Benchmarks;

/// <summary>A server in this process with its own Redis, so that the work of Redis can be counted.</summary>
public sealed class LoadedServer : IAsyncLifetime
{
    private RedisServer? _redis;
    private TestServer? _server;
    private TestServer? _secureServer;
    private X509Certificate2? _certificate;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync();
        Dictionary<string, string> settings = new() { ["ConnectionStrings:Redis"] = _redis.ConnectionString };
        _server = TestServer.Start(settings);
        using var files = new OwnCertificate();
        _certificate = X509Certificate2.CreateFromPemFile(files.CertificatePath, files.KeyPath);
        _secureServer = TestServer.Start(settings, endpoint: listen => listen.UseHttps(_certificate));
    }

    public async ValueTask DisposeAsync()
    {
        if (_secureServer is not null) await _secureServer.DisposeAsync();
        _certificate?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    internal Uri Address => _server!.Address;

    /// <summary>The same events by TLS.</summary>
    internal UrlTemplate SecureUrl => UrlTemplate.TryParse($"https://localhost:{_secureServer!.Address.Port}/events/{UrlTemplate.Place}")!;

    internal Task<LoadFigures> RunAsync(LoadScenario scenario, PublishBy publishBy) => RunAsync(scenario, publishBy, UrlTemplate.TryParse($"{Address}events/{UrlTemplate.Place}")!);

    internal Task<LoadFigures> RunAsync(LoadScenario scenario, PublishBy publishBy, UrlTemplate url) =>
        new LoadRun(new LoadTarget { Url = url, PostUrl = url, PublishBy = publishBy, Redis = _redis!.ConnectionString }, scenario).RunAsync();
}
