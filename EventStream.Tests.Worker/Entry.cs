using System.Diagnostics;
using System.Globalization;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventStream.Tests.Worker;

/// <summary>A worker as people write it: publishes ten events and ends in the way that its first argument names. The second is a server, <c>client=</c> and a server that an HttpClient of its own speaks to, <c>redis=HOST:PORT</c>, or nothing.</summary>
internal static class Entry
{
    public const int Events = 10;

    private const string OwnClient = "client=";

    private static Timer? _timer;

    private static async Task<int> Main(string[] arguments)
    {
        var ending = Enum.Parse<Ending>(arguments[0]);
        var target = arguments.ElementAtOrDefault(1);
        if (ending is Ending.Host or Ending.TerminateHost or Ending.Agent) return await RunHostAsync(target, ending);

        var services = new ServiceCollection();
        if (target?.StartsWith(OwnClient, StringComparison.Ordinal) == true) services.AddSingleton<IEventAppender>(new HttpEventAppender(new HttpClient { BaseAddress = new Uri(target[OwnClient.Length..]) }));
        var provider = services.AddEventDispatcher(events => To(events, target)).BuildServiceProvider();
        var dispatcher = provider.GetRequiredService<EventDispatcher>();
        await PublishAsync(dispatcher);
        if (ending == Ending.ReturnAmidTimer) _timer = new Timer(PublishMore, dispatcher, 0, 1);
        Console.WriteLine("done");
        switch (ending)
        {
            case Ending.Dispose:
#pragma warning disable MA0045, CA1849 // This is what is tested.
                provider.Dispose();
#pragma warning restore MA0045, CA1849
                break;
            case Ending.DisposeAsync:
                await provider.DisposeAsync();
                break;
            case Ending.Exit:
                Environment.Exit(3);
                break;
            case Ending.Throw:
                throw new InvalidOperationException("The worker's own fault.");
            case Ending.Terminate:
                await SignalSelfAsync("TERM");
                await Task.Delay(Timeout.Infinite);
                break;
            case Ending.Interrupt:
                await SignalSelfAsync("INT");
                await Task.Delay(Timeout.Infinite);
                break;
            case Ending.CancelInterrupt:
                await CancelInterruptAsync();
                await provider.DisposeAsync();
                break;
            case Ending.Return or Ending.ReturnAmidTimer or Ending.Host or Ending.TerminateHost or Ending.Agent:
                break;
        }
        return 0;
    }

    private static async Task PublishAsync(EventDispatcher dispatcher)
    {
        for (var i = 0; i < Events; i++) await dispatcher.PublishAsync("s", "note", new { number = i.ToString(CultureInfo.InvariantCulture) });
    }

    private static void PublishMore(object? dispatcher) => _ = ((EventDispatcher)dispatcher!).PublishAsync("s", "tick", new { }).AsTask();

    private static async Task CancelInterruptAsync()
    {
        var interrupted = new TaskCompletionSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            interrupted.SetResult();
        };
        await SignalSelfAsync("INT");
        await interrupted.Task;
    }

    private static async Task SignalSelfAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static async Task<int> RunHostAsync(string? target, Ending ending)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddEventDispatcher(events => To(events, target));
        if (ending == Ending.Agent) builder.Services.AddAgent("planner", (_, _) => Task.CompletedTask);
        else builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Publisher>(services, ending));
        await builder.Build().RunAsync();
        return Environment.ExitCode;
    }

    private static void To(EventStreamOptions events, string? target)
    {
        if (target is null) return;
        if (target.StartsWith("redis=", StringComparison.Ordinal)) events.Redis = target["redis=".Length..];
        else if (!target.StartsWith(OwnClient, StringComparison.Ordinal)) events.Server = new Uri(target);
        // A worker that is watched at a prompt doesn't wait the default of ten seconds for a server that is away.
        events.Dispatcher.DisposeTimeout = TimeSpan.FromSeconds(1);
    }

    private sealed class Publisher(EventDispatcher dispatcher, IHostApplicationLifetime lifetime, Ending ending) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await PublishAsync(dispatcher);
            if (ending == Ending.TerminateHost) await SignalSelfAsync("TERM");
            else lifetime.StopApplication();
        }
    }
}
