using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Bus.InMemory;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace EventStream.Tests;

/// <summary>What applications register decides where events go; what goes nowhere fails at the start.</summary>
public sealed class RegistrationTests
{
    private static readonly Uri Server = new("http://localhost:8000");

    public static TheoryData<string, Action<IServiceCollection>> Broken => new()
    {
        { "AddEventDispatcher doesn't know where to publish", services => services.AddEventDispatcher() },
        { "AddEventDispatcher doesn't know where to publish", services => services.AddEventDispatcher(events => events.Dispatcher.Capacity = 5) },
        { "Redis and Server are both set", services => services.AddEventDispatcher(events => (events.Server, events.Redis) = (Server, "localhost:6379")) },
        { "Redis and Server are both set", services => services.AddEventDispatcher(events => events.Server = Server).AddEventDispatcher(events => events.Redis = "localhost:6379") },
        { "Server is set, but AddEventStream", services => services.AddEventStream(events => events.Server = Server) },
        { "Server must be an absolute", services => services.AddEventDispatcher(events => events.Server = new Uri("/events", UriKind.Relative)) },
        { "Server must be an absolute", services => services.AddEventDispatcher(events => events.Server = new Uri("localhost:8000")) },
        { "Server must be an absolute", services => services.AddEventDispatcher(events => events.Server = new Uri("ftp://localhost")) },
        { "Server must be the root", services => services.AddEventDispatcher(events => events.Server = new Uri("http://localhost:8000/?a=1")) },
        { "Server must be the root", services => services.AddEventDispatcher(events => events.Server = new Uri("http://localhost:8000/#a")) },
        { "Server must be the root", services => services.AddEventDispatcher(events => events.Server = new Uri("http://user:password@localhost:8000")) },
        { "Dispatcher:Capacity must", services => services.AddEventStream(events => events.Dispatcher.Capacity = 0) },
    };

    public static TheoryData<Type, Action<IServiceCollection>> Working => new()
    {
        { typeof(HttpEventAppender), services => services.AddEventDispatcher(events => events.Server = Server) },
        { typeof(RedisEventBus), services => services.AddEventDispatcher(events => events.Redis = "localhost:1") },
        { typeof(InMemoryEventBus), services => services.AddEventStream() },
        { typeof(RedisEventBus), services => services.AddEventStream(events => events.Redis = "localhost:1") },
        { typeof(InMemoryEventBus), services => services.AddEventStream().AddEventDispatcher() },
        { typeof(InMemoryEventBus), services => services.AddEventDispatcher().AddEventStream() },
        { typeof(HttpEventAppender), services => services.AddEventStream().AddEventDispatcher(events => events.Server = Server) },
        { typeof(HttpEventAppender), services => services.AddEventDispatcher(events => events.Server = Server).AddEventStream() },
        { typeof(ScriptedAppender), services => services.AddSingleton<IEventAppender>(new ScriptedAppender()).AddEventDispatcher() },
        { typeof(ScriptedAppender), services => services.AddEventDispatcher().AddSingleton<IEventAppender>(new ScriptedAppender()) },
        { typeof(TestBus), services => services.AddSingleton<IEventBus>(new TestBus()).AddEventDispatcher() },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Start_FailsWithTheFix_WhenEventsWouldGoNowhere(string start, Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        register(builder.Services);
        using var host = builder.Build();
        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken))).Message.ShouldStartWith(start);
        Should.Throw<OptionsValidationException>(() => host.Services.GetRequiredService<EventDispatcher>()).Message.ShouldStartWith(start);
    }

    [Theory]
    [MemberData(nameof(Working), DisableDiscoveryEnumeration = true)]
    public async Task Dispatcher_PublishesToWhatIsRegistered_InAnyOrder(Type appender, Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        register(builder.Services);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<EventDispatcher>().ShouldBeSameAs(host.Services.GetRequiredService<EventDispatcher>());
        host.Services.GetRequiredService<IEventAppender>().ShouldBeOfType(appender);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Provider_IsDisposedWithoutAwaiting_WhateverTheDispatcherPublishesTo()
    {
        foreach (var (_, register) in Working.Select(row => row.Data))
        {
            var services = new ServiceCollection();
            register(services);
            using var provider = services.BuildServiceProvider();
            _ = provider.GetRequiredService<EventDispatcher>();
        }
    }

    [Fact]
    public async Task Dispatchers_PublishEachToItsOwn_WhenTheyAreKeyed()
    {
        var (one, other) = (new ScriptedAppender(), new ScriptedAppender());
        await using (var provider = new ServiceCollection()
            .AddKeyedSingleton("one", (_, _) => new EventDispatcher(one)).AddKeyedSingleton("other", (_, _) => new EventDispatcher(other)).BuildServiceProvider())
        {
            await provider.GetRequiredKeyedService<EventDispatcher>("one").NumberAsync("s", 1, TestContext.Current.CancellationToken);
            await provider.GetRequiredKeyedService<EventDispatcher>("other").NumberAsync("s", 2, TestContext.Current.CancellationToken);
        }
        (one.StoredIn("s").Numbers().Single(), other.StoredIn("s").Numbers().Single()).ShouldBe((1, 2));
    }

    [Fact]
    public void AddEventDispatcher_TakesTheLastServer_WhenItIsCalledTwice()
    {
        using var provider = new ServiceCollection().AddEventDispatcher(events => events.Server = Server).AddEventDispatcher(events => events.Server = new Uri("http://other")).BuildServiceProvider();
        provider.GetRequiredService<IOptions<EventStreamOptions>>().Value.Server.ShouldBe(new Uri("http://other"));
        provider.GetServices<EventDispatcher>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_FailsWithTheFix_WhenThereIsNothingToListenTo()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddEventListener();
        using var host = builder.Build();
        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken))).Message.ShouldStartWith("AddEventListener doesn't know what to listen to");
        Should.Throw<OptionsValidationException>(() => host.Services.GetRequiredService<StreamListener>()).Message.ShouldStartWith("AddEventListener doesn't know what to listen to");
    }

    [Fact]
    public async Task Listener_HearsWhatTheDispatcherPublishes_InOneProcess()
    {
        await using var provider = new ServiceCollection().AddEventListener().AddEventStream().BuildServiceProvider();
        await provider.GetRequiredService<EventDispatcher>().NumberAsync("s", 7, TestContext.Current.CancellationToken);
        await using var client = new ListenerClient(provider.GetRequiredService<StreamListener>(), StreamKey.Session("s"), StartFrom.Earliest);
        await client.StartAsync();
        (await client.NextAsync()).Event.Number().ShouldBe(7);
    }

    [Fact]
    public void Listener_SharesTheBus_OfADispatcherThatGoesStraightToRedis()
    {
        using var provider = new ServiceCollection().AddEventDispatcher(events => events.Redis = "localhost:1").AddEventListener().BuildServiceProvider();
        provider.GetRequiredService<StreamListener>().Bus.ShouldBeSameAs(provider.GetRequiredService<IEventAppender>());
        using var alone = new ServiceCollection().AddEventListener(events => events.Redis = "localhost:1").BuildServiceProvider();
        alone.GetRequiredService<StreamListener>().Bus.ShouldBeOfType<RedisEventBus>();
    }

    [Fact]
    public void Listener_ReadsFromTheServer_WhenOneIsSet()
    {
        using var provider = new ServiceCollection().AddEventStream().AddEventDispatcher().AddEventListener(events => events.Server = Server).BuildServiceProvider();
        provider.GetRequiredService<StreamListener>().Bus.ShouldBeNull();
    }
}
