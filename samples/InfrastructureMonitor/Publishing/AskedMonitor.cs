using System.Net;
using System.Runtime.ExceptionServices;
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
        builder.Services.AddEventDispatcher(target);
        var cpu = new CpuMeter(TimeProvider.System);
        Exception? refusal = null;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        builder.Services.AddAgent(Monitoring.Agent, async (run, stop) => run.Output = new { summary = await new Round(run.Events, cpu, wordPause, stop).ReportAsync() }, hosting => hosting.OnRefused = e =>
        {
            refusal = e;
            leaving.Cancel();
        });
        using var host = builder.Build();
        // Fails at once when nothing answers, rather than wait for it in silence.
        await ReachAsync(host.Services.GetRequiredService<EventDispatcher>(), cancellationToken);
        await host.RunAsync(leaving.Token);
        if (refusal is not null) ExceptionDispatchInfo.Throw(refusal);
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
