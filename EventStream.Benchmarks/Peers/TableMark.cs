namespace EventStream.Benchmarks.Peers;

/// <summary>A limit for one of our figures, by itself or relative to another column of the same run.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Column">Our column.</param>
/// <param name="Against">The other column; null when the limit is a value.</param>
/// <param name="Limit">The ratio, or the value.</param>
/// <param name="IsAtMost">Whether the limit is an upper one; otherwise it is a lower one.</param>
internal sealed record TableMark(TableFigure Figure, string Column, string? Against, double Limit, bool IsAtMost)
{
    public static readonly IReadOnlyList<TableMark> All =
    [
        new(TableFigure.PacedCpu, TableColumn.Logged, Peer.Floor, 1.25, IsAtMost: true),
        new(TableFigure.PacedCpu, TableColumn.Logged, Peer.NchanRedis, 1, IsAtMost: true),
        new(TableFigure.PacedCpu, TableColumn.AgUi, TableColumn.Logged, 1.15, IsAtMost: true),
        new(TableFigure.PacedCpu, TableColumn.AiSdk, TableColumn.Logged, 1.15, IsAtMost: true),
        new(TableFigure.PacedCpu, TableColumn.Tls, TableColumn.NchanTls, 1.5, IsAtMost: true),
        new(TableFigure.PacedCpu, TableColumn.Http2, TableColumn.NchanHttp2, 1.5, IsAtMost: true),
        new(TableFigure.SparseCpu, TableColumn.Logged, Peer.Floor, 1.5, IsAtMost: true),
        new(TableFigure.SparseCpu, TableColumn.Logged, Peer.NchanRedis, 1, IsAtMost: true),
        new(TableFigure.SparseP99, TableColumn.Logged, Peer.NchanRedis, 1, IsAtMost: true),
        new(TableFigure.Flood, Peer.Ours, Peer.CoalescingFloor, 0.8, IsAtMost: false),
        new(TableFigure.Flood, Peer.Ours, Peer.NchanRedis, 1, IsAtMost: false),
        new(TableFigure.Many, Peer.Ours, Peer.Floor, 0.7, IsAtMost: false),
        new(TableFigure.Many, Peer.Ours, Peer.NchanRedis, 1, IsAtMost: false),
        new(TableFigure.Idle, Peer.Ours, Against: null, 9_000, IsAtMost: true),
        new(TableFigure.Idle, Peer.Ours, Peer.NchanRedis, 1, IsAtMost: true),
        new(TableFigure.Connect, Peer.Ours, Peer.NchanRedis, 1.5, IsAtMost: true),
        new(TableFigure.ConnectFresh, Peer.Ours, Peer.NchanRedis, 1.5, IsAtMost: true),
        new(TableFigure.Resume, TableColumn.Logged, Against: null, 1e6, IsAtMost: false),
        new(TableFigure.LogReads, TableColumn.Logged, TableColumn.Alone, 1, IsAtMost: true),
    ];

    public bool IsMet(double value) => IsAtMost ? value <= Limit : value >= Limit;

    public string Text => $"{(IsAtMost ? "≤" : "≥")} {(Against is null ? $"{Limit:N0}" : $"{Limit:0.##} × {TableColumn.All.First(column => column.Name == Against).Title}")}";
}
