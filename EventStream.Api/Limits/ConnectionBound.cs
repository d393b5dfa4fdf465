using EventStream.Api.Streaming;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Limits;

/// <summary>Keeps the number of connections below what the process may open. Beyond that, Kestrel would try to accept the next one again and again and log nothing.</summary>
/// <param name="streaming">The bound of streams, which the room should suffice for.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told at start and, once a minute at most, when connections are closed.</param>
internal sealed partial class ConnectionBound(IOptions<StreamingOptions> streaming, TimeProvider time, ILogger<ConnectionBound> logger)
{
    private static readonly TimeSpan LogPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _toldAt;
    private int _open;

    /// <summary>How many connections may be open; null: any number.</summary>
    public int? Room { get; init; } = OpenFiles.Room();

    /// <summary>Says at start when there is room for fewer connections than streams.</summary>
    public void Check()
    {
        if (Room < streaming.Value.MaxStreams) LogFewFiles(Room.Value, streaming.Value.MaxStreams);
    }

    /// <summary>Serves a connection, or closes it when there are too many.</summary>
    public Task RunAsync(ConnectionContext connection, ConnectionDelegate next) => Room is null ? next(connection) : CountAsync(connection, next);

    private async Task CountAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= Room) await next(connection);
            else Refuse(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void Refuse(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("Too many connections are open."));
        lock (_lock)
        {
            if (_toldAt is { } told && time.GetElapsedTime(told) < LogPeriod) return;
            _toldAt = time.GetTimestamp();
        }
        LogClosed(Room!.Value);
    }

    [LoggerMessage(1103, LogLevel.Warning, "This process may open so few files that {Room} connections are its most, fewer than Streaming:MaxStreams, {MaxStreams}. Raise the hard limit of ulimit -n (systemd: LimitNOFILE), or lower Streaming:MaxStreams.", EventName = "FewFileDescriptors")]
    private partial void LogFewFiles(int room, int maxStreams);

    [LoggerMessage(1104, LogLevel.Warning, "{Room} connections are open, the most that this process may open files for; further ones are closed at once. Raise the hard limit of ulimit -n (systemd: LimitNOFILE). This is told once a minute at most.", EventName = "ConnectionsClosed")]
    private partial void LogClosed(int room);
}
