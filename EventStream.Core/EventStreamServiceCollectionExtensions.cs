using System.Diagnostics.Metrics;
using EventStream;
using EventStream.Agents;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Bus.InMemory;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Listening;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers EventStream.</summary>
public static class EventStreamServiceCollectionExtensions
{
    // Longer than a server retries before it answers 503.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Registers <see cref="IEventBus"/> (Redis when <see cref="EventStreamOptions.Redis"/> is set, else this process's memory) and an <see cref="EventDispatcher"/> on it.</summary>
    /// <remarks>Beside <see cref="AddEventDispatcher"/>, in either order, the dispatcher publishes to <see cref="EventStreamOptions.Server"/> when that is set, else to the bus.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which bus, and changes the defaults.</param>
    /// <example><code>builder.Services.AddEventStream(o => o.Redis = "localhost:6379");</code></example>
    public static IServiceCollection AddEventStream(this IServiceCollection services, Action<EventStreamOptions>? configure = null)
    {
        services.TryAddSingleton<IEventBus>(provider => CreateBus(provider, tellsOutages: true));
        return services.AddDispatching(configure);
    }

    /// <summary>Registers an <see cref="EventDispatcher"/> alone: over HTTP when <see cref="EventStreamOptions.Server"/> is set, over Redis when <see cref="EventStreamOptions.Redis"/> is.</summary>
    /// <remarks>
    /// With neither, the start of the host or the first resolution throws <see cref="OptionsValidationException"/>, unless <see cref="AddEventStream"/> or an
    /// <see cref="IEventAppender"/> of your own is registered too. Registering twice configures one dispatcher; the last setting counts.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says where to publish, and changes the defaults.</param>
    /// <example><code>builder.Services.AddEventDispatcher(o => o.Server = new Uri("http://localhost:8000"));</code></example>
    public static IServiceCollection AddEventDispatcher(this IServiceCollection services, Action<EventStreamOptions>? configure = null)
    {
        services.TryAddSingleton<ServerIsTaken>();
        return services.AddDispatching(configure);
    }

    /// <summary>Registers a <see cref="StreamListener"/>: over HTTP when <see cref="EventStreamOptions.Server"/> is set, else over the bus of <see cref="AddEventStream"/>, over Redis when <see cref="EventStreamOptions.Redis"/> is set, or over an <see cref="IEventBus"/> of your own.</summary>
    /// <remarks>It shares settings and bus with <see cref="AddEventDispatcher"/>, beside which it may stand. With nothing to listen to, the start of the host or the first resolution throws <see cref="OptionsValidationException"/>.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says what to listen to, and changes the defaults.</param>
    /// <example><code>builder.Services.AddEventListener(o => o.Server = new Uri("http://localhost:8000"));</code></example>
    public static IServiceCollection AddEventListener(this IServiceCollection services, Action<EventStreamOptions>? configure = null)
    {
        services.TryAddKeyedSingleton<IEventBus>(typeof(StreamListener), (provider, _) => CreateBus(provider, tellsOutages: false));
        services.TryAddKeyedSingleton(typeof(StreamListener), (provider, _) => CreateClient(provider.Settings().Server!, CredentialOf(provider.Settings())));
        services.TryAddSingleton(CreateListener);
        return services.AddSettings(configure);
    }

    /// <summary>Runs an agent in this host: hears what is asked of it, claims its runs, renews their leases, and publishes how they start and end.</summary>
    /// <remarks>
    /// Any number of processes may run one agent; each run goes to one of them. It uses the dispatcher and the listener, so call <see cref="AddEventDispatcher"/> or <see cref="AddEventStream"/> too.
    /// A run ends as completed when the handler returns, as cancelled when it was asked to stop and the handler throws <see cref="OperationCanceledException"/>, as failed when it throws something else.
    /// When the host stops, the token of each run is cancelled, and the stop waits for the handlers as long as the host allows.
    /// When the server refuses the agent, as without a key that it knows, the host stops with one log line and the exit code 1; <see cref="AgentOptions.OnRefused"/> decides otherwise.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="name">The agent, as runs are asked for.</param>
    /// <param name="handler">Does one run. The token is <see cref="RunContext.Stop"/>.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="ArgumentException">An option can't work; the text names it.</exception>
    /// <exception cref="EventStream.Events.EventRejectedException">The name breaks the rule for ids.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddEventDispatcher(o => o.Server = new Uri("http://localhost:8000"));
    /// builder.Services.AddAgent("planner", async (run, stop) => run.Output = await PlanAsync(run.Input, stop));
    /// </code>
    /// </example>
    public static IServiceCollection AddAgent(this IServiceCollection services, string name, Func<RunContext, CancellationToken, Task> handler, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return services.AddAgent(name, _ => handler, configure);
    }

    /// <inheritdoc cref="AddAgent(IServiceCollection, string, Func{RunContext, CancellationToken, Task}, Action{AgentOptions})"/>
    /// <param name="services">The services.</param>
    /// <param name="name">The agent, as runs are asked for.</param>
    /// <param name="makeHandler">Makes, when the host starts, what does one run.</param>
    /// <param name="configure">Changes the defaults.</param>
    public static IServiceCollection AddAgent(this IServiceCollection services, string name, Func<IServiceProvider, Func<RunContext, CancellationToken, Task>> makeHandler, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(makeHandler);
        _ = StreamKey.Agent(name);
        var options = new AgentOptions();
        configure?.Invoke(options);
        if (options.Problem() is { } problem) throw new ArgumentException(problem, nameof(configure));
        services.AddEventListener();
        services.AddSingleton<IHostedService>(provider => new AgentWorker(name, makeHandler(provider), options,
            provider.GetRequiredService<EventDispatcher>(), provider.GetRequiredService<StreamListener>(), provider.GetRequiredService<TimeProvider>(),
            options.OnRefused ?? (e => new AgentRefusal(provider.GetService<IHostApplicationLifetime>(), provider.GetRequiredService<ILogger<AgentRefusal>>()).End(name, e)),
            provider.GetRequiredService<ILogger<AgentWorker>>()));
        return services;
    }

    private static IServiceCollection AddDispatching(this IServiceCollection services, Action<EventStreamOptions>? configure)
    {
        ProcessEnd.Listen();
        services.TryAddSingleton<IEventAppender>(CreateAppender);
        services.TryAddSingleton(CreateDispatcher);
        return services.AddSettings(configure);
    }

    private static IServiceCollection AddSettings(this IServiceCollection services, Action<EventStreamOptions>? configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventStreamOptions>>(new EventStreamOptionsCheck(services)));
        var options = services.AddOptions<EventStreamOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        return services;
    }

    private static IEventAppender CreateAppender(IServiceProvider provider) =>
        provider.Settings().Server is { } server ? new HttpEventAppender(CreateClient(server, CredentialOf(provider.Settings()))) : provider.GetService<IEventBus>() ?? CreateBus(provider, tellsOutages: false);

    private static IEventBus CreateBus(IServiceProvider provider, bool tellsOutages)
    {
        var settings = provider.Settings();
        var time = provider.GetRequiredService<TimeProvider>();
        return settings.Redis is { } redis
            ? new RedisEventBus(new RedisBusOptions { ConnectionString = redis, CommandTimeout = settings.RedisCommandTimeout, TellsOutages = tellsOutages }, settings.Log, time, provider.GetService<ILogger<RedisEventBus>>(), provider.GetService<IMeterFactory>())
            : new InMemoryEventBus(settings.InMemoryBus, settings.Log, time);
    }

    private static EventDispatcher CreateDispatcher(IServiceProvider provider) => new(
        provider.GetRequiredService<IEventAppender>(),
        provider.Settings().Dispatcher,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetService<ILogger<EventDispatcher>>());

    private static StreamListener CreateListener(IServiceProvider provider)
    {
        var (time, logger) = (provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<StreamListener>>());
        return provider.Settings().Server is null
            // Beside a dispatcher that goes straight to Redis, both use its connections.
            ? new StreamListener(provider.GetService<IEventBus>() ?? provider.GetService<IEventAppender>() as IEventBus ?? provider.GetRequiredKeyedService<IEventBus>(typeof(StreamListener)), time, logger)
            : new StreamListener(provider.GetRequiredKeyedService<HttpClient>(typeof(StreamListener)), time, logger);
    }

    // Lives as long as the process; connections are renewed so that a change of address is noticed. A redirect would turn a POST into a GET. A proxy isn't for this machine.
    private static HttpClient CreateClient(Uri server, Func<CancellationToken, ValueTask<string>>? credential) => new(new BearerHandler(credential, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false, UseProxy = !server.IsLoopback }))
    {
        BaseAddress = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
        Timeout = RequestTimeout,
    };

    private static Func<CancellationToken, ValueTask<string>>? CredentialOf(EventStreamOptions settings) => settings.Key is { } key ? _ => new ValueTask<string>(key) : settings.Token;

    private static EventStreamOptions Settings(this IServiceProvider provider) => provider.GetRequiredService<IOptions<EventStreamOptions>>().Value;

    /// <summary>Says that <see cref="AddEventDispatcher"/> was called, which alone publishes to a server.</summary>
    private sealed class ServerIsTaken;

    private sealed class EventStreamOptionsCheck(IServiceCollection services) : IValidateOptions<EventStreamOptions>
    {
        public ValidateOptionsResult Validate(string? name, EventStreamOptions options) =>
            (options.Problem() ?? Nowhere(options) ?? Deaf(options)) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

        private string? Nowhere(EventStreamOptions options)
        {
            // The appender of the application, or of a test, goes wherever it goes.
            if (services.LastOrDefault(IsAppender)?.ImplementationFactory?.Method != ((Func<IServiceProvider, IEventAppender>)CreateAppender).Method) return null;
            if (options.Server is not null && !services.Any(service => service.ServiceType == typeof(ServerIsTaken)))
                return "Server is set, but AddEventStream publishes to a bus in this process or to Redis; call AddEventDispatcher to publish to a server.";
            return options.Server is null && options.Redis is null && !services.Any(service => service.ServiceType == typeof(IEventBus) && !service.IsKeyedService)
                ? "AddEventDispatcher doesn't know where to publish: set Server, such as AddEventDispatcher(o => o.Server = new Uri(\"http://localhost:8000\")), or Redis, such as o.Redis = \"localhost:6379\", or call AddEventStream() for a bus in this process."
                : null;
        }

        private string? Deaf(EventStreamOptions options) =>
            services.Any(service => service.ServiceType == typeof(StreamListener) && !service.IsKeyedService) && options.Server is null && options.Redis is null
                && !services.Any(service => service.ServiceType == typeof(IEventBus) && !service.IsKeyedService)
                ? "AddEventListener doesn't know what to listen to: set Server, such as AddEventListener(o => o.Server = new Uri(\"http://localhost:8000\")), or Redis, such as o.Redis = \"localhost:6379\", or call AddEventStream() for a bus in this process."
                : null;

        private static bool IsAppender(ServiceDescriptor service) => service.ServiceType == typeof(IEventAppender) && !service.IsKeyedService;
    }
}
