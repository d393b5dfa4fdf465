using EventStream.Benchmarks.Load;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Peers;

/// <summary>A server of the table, with its own Redis.</summary>
internal sealed class Peer : IAsyncDisposable
{
    public const string Floor = "floor";
    public const string CoalescingFloor = "floor-coalescing";
    public const string NchanRedis = "nchan-redis";
    public const string NchanMemory = "nchan-memory";
    public const string Ours = "eventstream";

    private const string NchanModule = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    public static readonly string[] All = [Floor, CoalescingFloor, NchanRedis, NchanMemory, Ours];

    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly IAsyncDisposable[] _parts;
    private readonly string? _folder;

    private Peer(string name, LoadTarget target, string? folder, params IAsyncDisposable[] parts) => (Name, Target, _folder, _parts) = (name, target, folder, parts);

    public string Name { get; }

    public LoadTarget Target { get; private set; }

    public static async Task<Peer> StartAsync(string name)
    {
        // Child processes inherit the limit.
        Linux.RaiseOpenFiles(12_000);
        if (name == Ours) return await StartOursAsync();
        var redis = await OwnRedis.StartAsync("--maxclients 10000");
        try
        {
            return name is Floor or CoalescingFloor ? await StartFloorAsync(name, redis) : await StartNchanAsync(name, redis);
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Compiles the floor, once for all that start it.</summary>
    public static async Task<string> CompileFloorAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "floor");
        var source = SourceTree.PathOf("EventStream.Benchmarks/Peers/floor.cpp");
        if (!File.Exists(program) || File.GetLastWriteTimeUtc(program) < File.GetLastWriteTimeUtc(source)) await Tool.RunAsync("g++", "-O2", "-std=c++17", "-o", program, source);
        return program;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts) await part.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Peer> StartOursAsync()
    {
        var site = await Site.StartSecureAsync();
        var target = new LoadTarget
        {
            Url = UrlTemplate.TryParse($"{site.Server}events/{UrlTemplate.Place}")!,
            SecureUrl = UrlTemplate.TryParse($"{site.SecureServer}events/{UrlTemplate.Place}"),
            PublishBy = PublishBy.Dispatcher,
            Redis = site.Redis,
            ServerIds = [site.ProcessId!.Value],
            RedisIds = [site.OwnRedis!.ProcessId],
        };
        return new Peer(Ours, target, folder: null, site);
    }

    private static async Task<Peer> StartFloorAsync(string name, OwnRedis redis)
    {
        var port = ChildProcess.FreePort();
        string[] coalesce = name == CoalescingFloor ? ["--coalesce"] : [];
        var floor = ChildProcess.Start(await CompileFloorAsync(), [$"{port}", $"{redis.Port}", .. coalesce]);
        return await AnsweringAsync(name, floor, port, redis, "/events/ready", PublishBy.Publish, folder: null);
    }

    private static async Task<Peer> StartNchanAsync(string name, OwnRedis redis)
    {
        var (port, securePort) = (ChildProcess.FreePort(), ChildProcess.FreePort());
        // nginx has read it once it answers.
        using var certificate = new OwnCertificate();
        var folder = Directory.CreateTempSubdirectory("eventstream-nchan-").FullName;
        var isRedis = name == NchanRedis;
        var configuration = (await File.ReadAllTextAsync(SourceTree.PathOf("EventStream.Benchmarks/Peers/nchan.conf.in")))
            .Replace("@MODULE@", NchanModule, StringComparison.Ordinal)
            .Replace("@FILES@", "12000", StringComparison.Ordinal)
            .Replace("@FOLDER@", folder, StringComparison.Ordinal)
            .Replace("@PORT@", $"{port}", StringComparison.Ordinal)
            .Replace("@SECUREPORT@", $"{securePort}", StringComparison.Ordinal)
            .Replace("@CERTIFICATE@", certificate.CertificatePath, StringComparison.Ordinal)
            .Replace("@KEY@", certificate.KeyPath, StringComparison.Ordinal)
            .Replace("@UPSTREAM@", isRedis ? $"upstream redis {{ nchan_redis_server redis://{redis.EndPoint}; }}" : "", StringComparison.Ordinal)
            .Replace("@REDIS@", isRedis ? "nchan_redis_pass redis;" : "", StringComparison.Ordinal);
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, configuration);
        // nginx's worker runs as another user, which must be able to enter the folder.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        var nchan = ChildProcess.Start("nginx", ["-p", folder, "-c", file], hasChildren: true);
        var peer = await AnsweringAsync(name, nchan, port, redis, "/pub/ready", PublishBy.Post, folder);
        peer.Target = peer.Target with { SecureUrl = UrlTemplate.TryParse($"https://127.0.0.1:{securePort}/events/{UrlTemplate.Place}") };
        return peer;
    }

    private static async Task<Peer> AnsweringAsync(string name, ChildProcess server, int port, OwnRedis redis, string ready, PublishBy publishBy, string? folder)
    {
        try
        {
            // nchan answers 503 until it has found its Redis.
            await server.AnswersAsync(async () =>
            {
                using var answer = await Client.GetAsync(new Uri($"http://127.0.0.1:{port}{ready}"), HttpCompletionOption.ResponseHeadersRead);
                return answer.StatusCode != System.Net.HttpStatusCode.ServiceUnavailable;
            });
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        var target = new LoadTarget
        {
            Url = UrlTemplate.TryParse($"http://127.0.0.1:{port}/events/{UrlTemplate.Place}")!,
            PostUrl = UrlTemplate.TryParse($"http://127.0.0.1:{port}/pub/{UrlTemplate.Place}"),
            PublishBy = publishBy,
            Redis = redis.EndPoint,
            ServerIds = ProcessSample.Family(server.Id),
            RedisIds = [redis.ProcessId],
        };
        return new Peer(name, target, folder, server, redis);
    }
}
