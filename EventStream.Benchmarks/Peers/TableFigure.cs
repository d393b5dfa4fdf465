using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>One figure of a scenario.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Title">Its name, with its unit.</param>
/// <param name="Of">Reads it from the figures of a load.</param>
/// <param name="Format">The format that it is printed in.</param>
internal sealed record TableFigure(string Scenario, string Title, Func<LoadFigures, double?> Of, string Format)
{
    public static readonly TableFigure PacedCpu = new("paced", "paced: server CPU per delivery, µs", figures => figures.ServerMicroseconds, "0.00");
    public static readonly TableFigure SparseCpu = new("sparse", "sparse: server CPU per delivery, µs", figures => figures.ServerMicroseconds, "0.0");
    public static readonly TableFigure SparseP99 = new("sparse", "sparse: p99, ms", figures => figures.P99, "0.00");
    public static readonly TableFigure Flood = new("flood", "flood: deliveries/s", figures => figures.DeliveriesPerSecond, "N0");
    public static readonly TableFigure Many = new("many", "many: events/s", figures => figures.EventsPerSecond, "N0");
    public static readonly TableFigure Idle = new("idle", "idle: bytes of memory per stream", figures => figures.BytesPerStream, "N0");
    public static readonly TableFigure Connect = new("connect", "connect: server CPU per new stream, µs", figures => figures.ConnectMicroseconds, "0");
    public static readonly TableFigure ConnectFresh = new("idle", "connect, server just started: CPU per new stream, µs", figures => figures.ConnectMicroseconds, "0");
    public static readonly TableFigure Resume = new("resume", "resume: events/s, all streams together", figures => figures.DeliveriesPerSecond, "N0");
    public static readonly TableFigure LogReads = new("resume", "resume: ranges of the log that Redis read", figures => figures.LogReads, "0");

    public static readonly IReadOnlyList<TableFigure> All =
    [
        PacedCpu,
        new("paced", "paced: p50, ms", figures => figures.P50, "0.0"),
        new("paced", "paced: p99, ms", figures => figures.P99, "0.0"),
        SparseCpu,
        new("sparse", "sparse: p50, ms", figures => figures.P50, "0.00"),
        SparseP99,
        Flood,
        new("flood", "flood: server CPU per delivery, µs", figures => figures.ServerMicroseconds, "0.00"),
        new("flood", "flood: generator, % of a processor", figures => figures.GeneratorPercent, "0"),
        new("large", "large: server CPU per delivery, µs", figures => figures.ServerMicroseconds, "0"),
        new("large", "large: memory that the server gained, MB", figures => figures.GrownBytes / 1e6, "0"),
        new("large", "large: p99, ms", figures => figures.P99, "0"),
        Many,
        new("many", "many: server CPU per event, µs", figures => figures.ServerMicroseconds, "0.0"),
        new("many", "many: Redis CPU per event, µs", figures => figures.RedisMicroseconds, "0.0"),
        new("many", "many: generator, % of a processor", figures => figures.GeneratorPercent, "0"),
        Idle,
        Connect,
        ConnectFresh,
        Resume,
        LogReads,
    ];
}
