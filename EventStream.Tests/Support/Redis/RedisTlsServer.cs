namespace EventStream.Tests.Support;

/// <summary>A <c>redis-server</c> of one test that listens with TLS on one port, and without it on another for the test's own probes.</summary>
internal sealed class RedisTlsServer : IAsyncDisposable
{
    private readonly RedisProcess _process;

    private RedisTlsServer(bool asksForCertificate)
    {
        TlsPort = LoopbackPorts.Next();
        _process = new RedisProcess(
            "--tls-port", $"{TlsPort}", "--tls-auth-clients", asksForCertificate ? "yes" : "no",
            "--tls-cert-file", Certificates.Server, "--tls-key-file", Certificates.ServerKey, "--tls-ca-cert-file", Certificates.Authority);
    }

    public TestCertificates Certificates { get; } = new();

    public int TlsPort { get; }

    public int PlainPort => _process.Port;

    public static async Task<RedisTlsServer> StartAsync(bool asksForCertificate = false)
    {
        RedisServer.SkipUnlessOwn();
        var server = new RedisTlsServer(asksForCertificate);
        try
        {
            await server._process.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Certificates.Dispose();
    }
}
