using System.Net;
using EventStream;
using EventStream.Bus;
using EventStream.Dispatching;
using InfrastructureMonitor.Measuring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace InfrastructureMonitor.Publishing;

/// <summary>The monitor as an agent that people ask for a round: each run is one, and stops when somebody asks it to.</summary>
internal static class AskedMonitor
{
    /// <exception cref="HttpRequestException">The server refuses to be listened to.</exception>
    /// <exception cref="BusUnavailableException">Nothing answers when it starts.</exception>
    public static async Task RunAsync(Action<EventStreamOptions> target, TimeSpan wordPause, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        // What ends the host is said in plain words, by Main.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddEventDispatcher(target);
        var cpu = new CpuMeter(TimeProvider.System);
        builder.Services.AddAgent(Monitoring.Agent, async (run, stop) => run.Output = new { summary = await new Round(run.Events, cpu, wordPause, stop).ReportAsync() });
        using var host = builder.Build();
        // Fails at once when nothing answers, rather than wait for it in silence.
        await ReachAsync(host.Services.GetRequiredService<EventDispatcher>(), cancellationToken);
        var workers = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.RunAsync(cancellationToken);
        // A worker that the server refuses ends the host, which doesn't throw what the worker threw.
        if (workers.Find(worker => worker.ExecuteTask is { IsFaulted: true }) is { } refused) await refused.ExecuteTask!;
    }

    private static async Task ReachAsync(EventDispatcher events, CancellationToken cancellationToken)
    {
        try
        {
            await events.HasViewersAsync("demo", cancellationToken);
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            // It answers; what the agent may do shows when it listens.
        }
    }
}
