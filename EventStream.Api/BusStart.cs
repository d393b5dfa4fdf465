using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api;

/// <summary>Says at start which bus is in use, and connects it without holding up the start.</summary>
internal sealed partial class BusStart(IEventBus bus, IOptions<EventStreamOptions> options, ILogger<BusStart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Redis is null)
        {
            LogInMemory();
            return;
        }
        try
        {
            await bus.PingAsync(stoppingToken);
            LogRedis();
        }
        catch (BusUnavailableException)
        {
            // The bus has said so itself, and connects when Redis comes.
        }
    }

    [LoggerMessage(1101, LogLevel.Information, "Events are kept in this process's memory, for one node. Set ConnectionStrings__Redis=localhost:6379 to keep them in Redis and run several nodes.", EventName = "BusInMemory")]
    private partial void LogInMemory();

    [LoggerMessage(1102, LogLevel.Information, "Events are kept in Redis.", EventName = "BusRedis")]
    private partial void LogRedis();
}
