using System.Globalization;

namespace EventStream.Tests.Support;

/// <summary>One line of <c>CLUSTER NODES</c>: what a node knows of another.</summary>
internal sealed record ClusterView(string Id, int Port, string MasterId, bool IsWell, IReadOnlyList<(int First, int Last)> Ranges)
{
    public int Slots => Ranges.Sum(range => range.Last - range.First + 1);

    /// <summary>The part that all nodes should report alike.</summary>
    public string Line => $"{Id} {MasterId} {string.Join(',', Ranges)}";

    public bool Holds(long slot) => Ranges.Any(range => range.First <= slot && slot <= range.Last);

    public static IReadOnlyList<ClusterView> Read(RedisProbe probe) =>
        [.. probe.Text("CLUSTER", "NODES")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    // <id> <ip:port@busport[,host]> <flags> <master> <ping-sent> <pong-recv> <config-epoch> <link-state> <slot> <first-last> [migrating] ...
    private static ClusterView Parse(string line)
    {
        var parts = line.Split(' ');
        var flags = parts[2].Split(',');
        var isWell = parts[7] == "connected" && !flags.Any(flag => flag.StartsWith("fail", StringComparison.Ordinal) || flag is "handshake" or "noaddr");
        return new ClusterView(parts[0], Number(parts[1].Split('@')[0].Split(':')[^1]), parts[3], isWell,
            [.. parts[8..].Where(slots => slots[0] != '[').Select(slots => slots.Split('-')).Select(ends => (Number(ends[0]), Number(ends[^1])))]);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
