namespace EventStream.Benchmarks.Processes;

/// <summary>A server and its Redis, either given or started here.</summary>
internal sealed class Site : IAsyncDisposable
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    private ChildProcess? _process;

    private OwnCertificate? _certificate;

    private readonly string? _redis;

    private Site(Uri server, string? redis) => (Server, _redis) = (server, redis);

    public Uri Server { get; }

    public string Redis => _redis ?? throw new BenchmarkException("--server needs the --redis that this server uses.");

    /// <summary>The same server by TLS, where it was started with it.</summary>
    public Uri? SecureServer { get; private set; }

    /// <summary>The Redis that was started here, if any.</summary>
    public OwnRedis? OwnRedis { get; private init; }

    /// <summary>The process id of the server that was started here, if any.</summary>
    public int? ProcessId => _process?.Id;

    public static async Task<Site> StartAsync(Uri? server, string? redis, params string[] redisSettings)
    {
        if (server is not null)
        {
            var given = new Site(server, redis);
            if (!await given.IsReadyAsync()) throw new BenchmarkException($"{server} isn't ready: see {server}health/ready.");
            return given;
        }
        var own = redis is null ? await OwnRedis.StartAsync(redisSettings) : null;
        var site = new Site(new Uri($"http://127.0.0.1:{ChildProcess.FreePort()}/"), redis ?? own!.EndPoint) { OwnRedis = own };
        await site.LaunchAsync();
        return site;
    }

    /// <summary>Starts a server that also speaks TLS, and its Redis.</summary>
    public static async Task<Site> StartSecureAsync(string? redis = null)
    {
        var own = redis is null ? await OwnRedis.StartAsync() : null;
        var certificate = new OwnCertificate();
        var site = new Site(new Uri($"http://127.0.0.1:{ChildProcess.FreePort()}/"), redis ?? own!.EndPoint)
        {
            OwnRedis = own,
            SecureServer = new Uri($"https://127.0.0.1:{ChildProcess.FreePort()}/"),
            _certificate = certificate,
        };
        site.Environment["Kestrel__Certificates__Default__Path"] = certificate.CertificatePath;
        site.Environment["Kestrel__Certificates__Default__KeyPath"] = certificate.KeyPath;
        await site.LaunchAsync();
        return site;
    }

    /// <summary>Starts a server that keeps its events in memory.</summary>
    public static async Task<Site> StartInMemoryAsync(params KeyValuePair<string, string>[] environment)
    {
        var site = new Site(new Uri($"http://127.0.0.1:{ChildProcess.FreePort()}/"), redis: null);
        foreach (var (name, value) in environment) site.Environment[name] = value;
        await site.LaunchAsync();
        return site;
    }

    /// <summary>Environment variables of a server that is started here.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Starts the server again, so that the next measurement has a new process.</summary>
    public async Task RestartServerAsync()
    {
        if (_process is null) throw new BenchmarkException("The server was not started here, so it can't be restarted; leave --server out.");
        await _process.DisposeAsync();
        await LaunchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        if (OwnRedis is not null) await OwnRedis.DisposeAsync();
        _certificate?.Dispose();
    }

    /// <summary>Starts a server without waiting for it.</summary>
    public static ChildProcess Launch(Uri address, string? redis, IEnumerable<KeyValuePair<string, string>> environment, Uri? secure = null)
    {
        var (program, arguments) = ServerProgram.Start;
        var addresses = secure is null ? $"{address}" : $"{address};{secure}";
        return ChildProcess.Start(program, [.. arguments, "--urls", addresses.TrimEnd('/')],
            [new("ConnectionStrings__Redis", redis ?? ""), new("Logging__LogLevel__Default", "Warning"), .. environment]);
    }

    private async Task LaunchAsync()
    {
        _process = Launch(Server, _redis, Environment, SecureServer);
        await _process.AnswersAsync(IsReadyAsync);
    }

    private async Task<bool> IsReadyAsync()
    {
        using var answer = await Client.GetAsync(new Uri(Server, "health/ready"));
        return answer.IsSuccessStatusCode;
    }
}
