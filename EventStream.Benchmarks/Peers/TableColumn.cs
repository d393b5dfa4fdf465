using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>A peer, and how events are sent to it.</summary>
internal sealed record TableColumn(string Name, string Title, string Peer, PublishBy PublishBy)
{
    public const string Logged = "eventstream-logged";

    /// <summary>A single stream of our own server: the cost of one reader.</summary>
    public const string Alone = "eventstream-alone";

    public static readonly IReadOnlyList<TableColumn> All =
    [
        new(Peers.Peer.Floor, "floor", Peers.Peer.Floor, PublishBy.Publish),
        new(Peers.Peer.CoalescingFloor, "floor, coalescing", Peers.Peer.CoalescingFloor, PublishBy.Publish),
        new(Peers.Peer.NchanRedis, "nchan, Redis", Peers.Peer.NchanRedis, PublishBy.Post),
        new(Peers.Peer.NchanMemory, "nchan, memory", Peers.Peer.NchanMemory, PublishBy.Post),
        new(Peers.Peer.Ours, "EventStream, PUBLISH", Peers.Peer.Ours, PublishBy.Publish),
        new(Logged, "EventStream, logged", Peers.Peer.Ours, PublishBy.Dispatcher),
        new(Alone, "EventStream, one stream", Peers.Peer.Ours, PublishBy.Dispatcher),
    ];

    /// <summary>Whether this column has a figure in the scenario.</summary>
    public bool Takes(LoadScenario scenario) => scenario.Kind switch
    {
        LoadKind.Resume => Name is Logged or Alone,
        LoadKind.Idle => Name is not (Logged or Alone),
        _ => Name != Alone,
    };

    public LoadScenario ScenarioFor(LoadScenario scenario) => Name == Alone ? scenario with { Streams = 1 } : scenario;
}
