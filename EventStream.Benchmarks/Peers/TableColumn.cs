using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>A peer, and how events are sent to it.</summary>
internal sealed record TableColumn(string Name, string Title, string Peer, PublishBy PublishBy)
{
    public const string Logged = "eventstream-logged";

    /// <summary>A single stream of our own server: the cost of one reader.</summary>
    public const string Alone = "eventstream-alone";

    public const string AgUi = "eventstream-agui";
    public const string AiSdk = "eventstream-ai-sdk";

    public const string WebSocket = "eventstream-websocket";

    public const string Tls = "eventstream-tls";
    public const string Http2 = "eventstream-http2";
    public const string NchanTls = "nchan-redis-tls";
    public const string NchanHttp2 = "nchan-redis-http2";

    public static readonly IReadOnlyList<TableColumn> All =
    [
        new(Peers.Peer.Floor, "floor", Peers.Peer.Floor, PublishBy.Publish),
        new(Peers.Peer.CoalescingFloor, "floor, coalescing", Peers.Peer.CoalescingFloor, PublishBy.Publish),
        new(Peers.Peer.NchanRedis, "nchan, Redis", Peers.Peer.NchanRedis, PublishBy.Post),
        new(Peers.Peer.NchanMemory, "nchan, memory", Peers.Peer.NchanMemory, PublishBy.Post),
        new(Peers.Peer.Ours, "EventStream, PUBLISH", Peers.Peer.Ours, PublishBy.Publish),
        new(Logged, "EventStream, logged", Peers.Peer.Ours, PublishBy.Dispatcher),
        new(AgUi, "EventStream, AG-UI", Peers.Peer.Ours, PublishBy.Dispatcher) { Dialect = LoadDialect.AgUi },
        new(AiSdk, "EventStream, AI SDK", Peers.Peer.Ours, PublishBy.Dispatcher) { Dialect = LoadDialect.AiSdk },
        new(WebSocket, "EventStream, WebSocket", Peers.Peer.Ours, PublishBy.Publish) { IsWebSocket = true },
        new(NchanTls, "nchan, Redis, TLS", Peers.Peer.NchanRedis, PublishBy.Post) { IsSecure = true },
        new(Tls, "EventStream, logged, TLS", Peers.Peer.Ours, PublishBy.Dispatcher) { IsSecure = true },
        new(NchanHttp2, "nchan, Redis, HTTP/2", Peers.Peer.NchanRedis, PublishBy.Post) { IsSecure = true, IsHttp2 = true },
        new(Http2, "EventStream, logged, HTTP/2", Peers.Peer.Ours, PublishBy.Dispatcher) { IsSecure = true, IsHttp2 = true },
        new(Alone, "EventStream, one stream", Peers.Peer.Ours, PublishBy.Dispatcher),
    ];

    /// <summary>The language that its streams ask for; null is the server's own.</summary>
    public LoadDialect? Dialect { get; private init; }

    /// <summary>Whether its streams are WebSockets.</summary>
    public bool IsWebSocket { get; private init; }

    /// <summary>Whether its streams come over TLS 1.3.</summary>
    public bool IsSecure { get; private init; }

    /// <summary>Whether its streams come over HTTP/2, one to a connection.</summary>
    public bool IsHttp2 { get; private init; }

    /// <summary>Whether this column has a figure in the scenario.</summary>
    public bool Takes(LoadScenario scenario) => scenario.Kind switch
    {
        _ when Dialect is not null => scenario.Name == "paced",
        _ when IsSecure && scenario.Name is "flood" or "large" or "many" => false,
        LoadKind.Resume => Name is Logged or Alone or Tls or Http2,
        LoadKind.Idle => Name is not (Logged or Alone),
        _ => Name != Alone,
    };

    public LoadTarget TargetOf(Peer peer) => peer.Target with { PublishBy = PublishBy, Url = UrlOf(peer.Target) };

    public LoadScenario ScenarioFor(LoadScenario scenario) => scenario with { Streams = Name == Alone ? 1 : scenario.Streams, Dialect = Dialect };

    private UrlTemplate UrlOf(LoadTarget target) => this switch
    {
        { IsWebSocket: true } => target.Url.At($"/ws/events/{UrlTemplate.Place}"),
        { IsHttp2: true } => target.SecureUrl!.OverHttp2(),
        { IsSecure: true } => target.SecureUrl!,
        _ => target.Url,
    };
}
