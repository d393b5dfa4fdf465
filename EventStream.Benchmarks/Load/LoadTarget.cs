namespace EventStream.Benchmarks.Load;

/// <summary>The server that is measured, and how events get to it.</summary>
internal sealed record LoadTarget
{
    public required UrlTemplate Url { get; init; }

    /// <summary>The same streams by TLS, where the server speaks it.</summary>
    public UrlTemplate? SecureUrl { get; init; }

    public required PublishBy PublishBy { get; init; }

    /// <summary>Where Redis is, as HOST:PORT.</summary>
    public string? Redis { get; init; }

    /// <summary>The address that events are posted to.</summary>
    public UrlTemplate? PostUrl { get; init; }

    /// <summary>The ids of the server's processes.</summary>
    public int[] ServerIds { get; init; } = [];

    /// <summary>The id of Redis' process.</summary>
    public int[] RedisIds { get; init; } = [];

    public ILoadPublisher Publisher(SocketSet sockets, string prefix, EventText text, string? runId) => PublishBy switch
    {
        not PublishBy.Dispatcher when runId is not null => throw new BenchmarkException("A dialect tells events of runs, which --publish dispatcher sends."),
        PublishBy.Post when PostUrl?.IsSecure == true => throw new BenchmarkException("Events are posted without TLS: name an http address with --post-url."),
        PublishBy.Post => new PostPublisher(sockets, PostUrl ?? throw new BenchmarkException("--publish post needs --post-url."), prefix, text),
        PublishBy.Publish => new RedisPublisher(sockets, RedisEndPoint(), prefix, text),
        _ => new DispatcherPublisher(NeededRedis, prefix, text, runId),
    };

    public string NeededRedis => Redis ?? throw new BenchmarkException("This needs the --redis that the server uses.");

    private System.Net.IPEndPoint RedisEndPoint() => NeededRedis.Split(':') is [var host, var port] ? UrlTemplate.Resolve(host, int.Parse(port)) : throw new BenchmarkException($"{Redis} is not HOST:PORT.");
}
