using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>A peer, and how events get to it.</summary>
internal sealed record TableColumn(string Name, string Title, string Peer, PublishBy PublishBy)
{
    public const string Logged = "eventstream-logged";

    /// <summary>One stream of ours alone, which tells what a single reader costs.</summary>
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

    /// <summary>Whether the scenario says something of this column.</summary>
    public bool Takes(LoadScenario scenario) => scenario.Kind switch
    {
        LoadKind.Resume => Name is Logged or Alone,
        LoadKind.Idle => Name is not (Logged or Alone),
        _ => Name != Alone,
    };

    public LoadScenario ScenarioFor(LoadScenario scenario) => Name == Alone ? scenario with { Streams = 1 } : scenario;
}
