using System.Diagnostics.Metrics;
using EventStream;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Bus.InMemory;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers EventStream.</summary>
public static class EventStreamServiceCollectionExtensions
{
    // Longer than a server retries before it answers 503.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Registers <see cref="IEventBus"/> (Redis when <see cref="EventStreamOptions.Redis"/> is set, else this process's memory) and an <see cref="EventDispatcher"/> on it.</summary>
    public static IServiceCollection AddEventStream(this IServiceCollection services, Action<EventStreamOptions>? configure = null)
    {
        services.AddOptionsOnce(configure);
        services.TryAddSingleton<IEventBus>(CreateBus);
        services.TryAddSingleton<IEventAppender>(provider => provider.GetRequiredService<IEventBus>());
        services.TryAddSingleton(CreateDispatcher);
        return services;
    }

    /// <summary>Registers an <see cref="EventDispatcher"/> alone: over HTTP when <see cref="EventStreamOptions.Server"/> is set, over Redis when <see cref="EventStreamOptions.Redis"/> is, else in memory.</summary>
    public static IServiceCollection AddEventDispatcher(this IServiceCollection services, Action<EventStreamOptions>? configure = null)
    {
        services.AddOptionsOnce(configure);
        services.TryAddSingleton<IEventAppender>(provider =>
            provider.Settings().Server is { } server ? new HttpEventAppender(CreateClient(server)) : CreateBus(provider));
        services.TryAddSingleton(CreateDispatcher);
        return services;
    }

    private static IEventBus CreateBus(IServiceProvider provider)
    {
        var settings = provider.Settings();
        var time = provider.GetRequiredService<TimeProvider>();
        return settings.Redis is { } redis
            ? new RedisEventBus(new RedisBusOptions { ConnectionString = redis, CommandTimeout = settings.RedisCommandTimeout }, settings.Log, time, provider.GetService<ILogger<RedisEventBus>>(), provider.GetService<IMeterFactory>())
            : new InMemoryEventBus(new InMemoryBusOptions(), settings.Log, time);
    }

    private static EventDispatcher CreateDispatcher(IServiceProvider provider) => new(
        provider.GetRequiredService<IEventAppender>(),
        provider.Settings().Dispatcher,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetService<ILogger<EventDispatcher>>());

    // Lives as long as the process; connections are renewed so that a change of address is noticed.
    private static HttpClient CreateClient(Uri server) => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        BaseAddress = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
        Timeout = RequestTimeout,
    };

    private static EventStreamOptions Settings(this IServiceProvider provider) => provider.GetRequiredService<IOptions<EventStreamOptions>>().Value;

    private static void AddOptionsOnce(this IServiceCollection services, Action<EventStreamOptions>? configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventStreamOptions>, EventStreamOptionsCheck>());
        var options = services.AddOptions<EventStreamOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
    }

    private sealed class EventStreamOptionsCheck : IValidateOptions<EventStreamOptions>
    {
        public ValidateOptionsResult Validate(string? name, EventStreamOptions options) =>
            options.Problem() is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
