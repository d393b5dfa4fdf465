using EventStream.Dispatching;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

public sealed class DispatcherKeyTests(AccessSite site) : IClassFixture<AccessSite>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Dispatcher_PublishesWithItsKey() => ShouldPublishAsync("own-key", options => options.Key = site.Publisher);

    [Fact]
    public async Task Dispatcher_AsksForItsTokenEachTime()
    {
        var asked = 0;
        await ShouldPublishAsync("own-token", options => options.Token = _ =>
        {
            asked++;
            return ValueTask.FromResult(site.Token(["publish session:own*"]));
        });
        asked.ShouldBe(2);
    }

    [Theory]
    [InlineData(null, "refuses this publisher with 401: Show who you are")]
    [InlineData("es_nobody_c2VjcmV0", "refuses this publisher with 401: The key isn't known to this server.")]
    [InlineData("other-team", "refuses this publisher with 403: The caller lacks the grant 'publish session:own-refused'.")]
    public async Task Dispatcher_SaysWhyItIsRefused(string? key, string reason)
    {
        var log = new RecordingLogger<EventDispatcher>();
        await using var services = Services(options => options.Key = key == "other-team" ? site.OtherTeam : key, log);
        var events = services.GetRequiredService<EventDispatcher>();
        await events.PublishAsync("own-refused", "note", new { }, cancellationToken: Cancel);
        var failure = await Should.ThrowAsync<DispatchFailedException>(async () => await events.FlushAsync(Cancel));
        failure.ToString().ShouldContain(reason);
        failure.ToString().ShouldNotContain(site.OtherTeam);
    }

    // As when it is read from a file whole.
    [Theory]
    [InlineData("\n")]
    [InlineData("é")]
    public async Task Failure_RepeatsNoToken_ThatNoHeaderCanHold(string end)
    {
        var log = new RecordingLogger<EventDispatcher>();
        await using var services = Services(options => options.Token = _ => ValueTask.FromResult($"{site.Publisher}{end}"), log);
        var events = services.GetRequiredService<EventDispatcher>();
        await events.PublishAsync("own-refused", "note", new { }, cancellationToken: Cancel);
        var failure = await Should.ThrowAsync<DispatchFailedException>(async () => await events.FlushAsync(Cancel));
        $"{failure}{string.Join('\n', log.Lines)}".ShouldNotContain(site.Publisher);
    }

    [Theory]
    [InlineData("es_worker_x", false, true, "Key and Token are both set; leave one of them out.")]
    [InlineData("es_worker_x", true, false, "Key and Token are for a Server, which isn't set;")]
    [InlineData("es worker", false, false, "Key must be the text that `keys new` printed")]
    public void Options_SayWhatIsWrong(string key, bool isOverRedis, bool hasToken, string problem)
    {
        using var services = Services(options =>
        {
            options.Key = key;
            if (isOverRedis) (options.Server, options.Redis) = (null, "localhost:6379");
            if (hasToken) options.Token = _ => ValueTask.FromResult("token");
        });
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<EventDispatcher>()).Message.ShouldStartWith(problem);
    }

    private async Task ShouldPublishAsync(string session, Action<EventStreamOptions> configure)
    {
        await using var services = Services(configure);
        var events = services.GetRequiredService<EventDispatcher>();
        for (var i = 0; i < 2; i++)
        {
            await events.PublishAsync(session, "note", new { }, cancellationToken: Cancel);
            await events.FlushAsync(Cancel);
        }
        (await site.AskAsync(HttpMethod.Get, $"/events/{session}/history", site.Watcher)).Json.GetProperty("events").GetArrayLength().ShouldBe(2);
    }

    private ServiceProvider Services(Action<EventStreamOptions> configure, ILogger<EventDispatcher>? log = null)
    {
        var services = new ServiceCollection();
        if (log is not null) services.AddSingleton(log);
        return services.AddEventDispatcher(options =>
        {
            options.Server = site.Server.Address;
            configure(options);
        }).BuildServiceProvider();
    }
}
