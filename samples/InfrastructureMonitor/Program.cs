using System.Net;
using System.Runtime.InteropServices;
using EventStream;
using EventStream.Bus;
using EventStream.Dispatching;
using InfrastructureMonitor.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfrastructureMonitor;

internal static class Program
{
    private const int Unreachable = 1;
    private const int BadArguments = 2;
    private const int Refused = 3;

    // Long enough for a server that restarts, short enough for a user who waits at a prompt.
    private static readonly TimeSpan RetryBudget = TimeSpan.FromSeconds(10);

    // About as fast as a model speaks.
    private static readonly TimeSpan WordPause = TimeSpan.FromMilliseconds(40);

    private static async Task<int> Main(string[] arguments)
    {
        MonitorOptions options;
        try
        {
            options = MonitorOptions.Parse(arguments, Environment.GetEnvironmentVariable(MonitorOptions.KeyVariable));
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}{Environment.NewLine}See --help.");
            return BadArguments;
        }
        if (options.IsHelp)
        {
            Console.WriteLine(MonitorOptions.Usage);
            return 0;
        }

        using var leaving = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
        return await PublishAsync(options, leaving.Token);

        void Leave(PosixSignalContext signal)
        {
            // The first Ctrl+C ends the session properly; the second ends the process at once.
            if (leaving.IsCancellationRequested) return;
            signal.Cancel = true;
            leaving.Cancel();
        }
    }

    private static async Task<int> PublishAsync(MonitorOptions options, CancellationToken cancellationToken)
    {
        // A URL of Redis may hold a password.
        var target = options.Redis is { } redis ? redis[(redis.LastIndexOf('@') + 1)..] : options.Server.ToString();
        Console.WriteLine(options.Listens
            ? $"Waits for runs of '{Monitoring.Agent}' at {target}. Ctrl+C ends it."
            : $"Reporting on this machine to {target}, session '{options.Session}'. Ctrl+C ends it.");
        try
        {
            if (options.Listens)
            {
                await AskedMonitor.RunAsync(Aim, WordPause, cancellationToken);
                return 0;
            }
            // What is lost is said in plain words below.
            await using var services = new ServiceCollection().AddEventDispatcher(Aim).AddSingleton<ILogger<EventDispatcher>>(NullLogger<EventDispatcher>.Instance).BuildServiceProvider();
            await new Monitoring(services.GetRequiredService<EventDispatcher>(), options, WordPause).RunAsync(cancellationToken);
            return 0;
        }
        catch (DispatchFailedException e) when (e.InnerException is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refusal)
        {
            await Console.Error.WriteLineAsync($"{refusal.Message}{Environment.NewLine}Give a key that may publish to session '{options.Session}' in {MonitorOptions.KeyVariable} or with --key.");
            return Refused;
        }
        catch (Exception e) when (e is DispatchFailedException or BusUnavailableException)
        {
            var reason = (e.InnerException as BusUnavailableException)?.Message ?? e.Message;
            await Console.Error.WriteLineAsync($"Nothing {(options.Listens ? "can be heard of" : "more could be published to")} {target}: {reason.TrimEnd('.')}. Is the server running there? Start it, or name another one with --server or --redis.");
            return Unreachable;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? Refused : Unreachable;
        }

        void Aim(EventStreamOptions events)
        {
            if (options.Redis is null) (events.Server, events.Key) = (options.Server, options.Key);
            else events.Redis = options.Redis;
            events.Dispatcher.RetryBudget = RetryBudget;
        }
    }
}
