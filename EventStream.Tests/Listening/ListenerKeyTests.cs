using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

public sealed class ListenerKeyTests(AccessSite site) : IClassFixture<AccessSite>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "refuses this listener with 401: Show who you are")]
    [InlineData("es_nobody_c2VjcmV0", "refuses this listener with 401: The key isn't known to this server.")]
    [InlineData("other-team", "refuses this listener with 403: The caller lacks the grant 'subscribe session:own-refused'.")]
    public async Task ReadAsync_SaysWhyItIsRefused(string? key, string reason)
    {
        await using var services = Services(options => options.Key = key == "other-team" ? site.OtherTeam : key);
        await using var client = Read(services, "own-refused");
        var failure = await Should.ThrowAsync<HttpRequestException>(() => client.NextAsync());
        failure.Message.ShouldContain(reason);
        failure.ToString().ShouldNotContain(site.OtherTeam);
    }

    [Fact]
    public async Task ReadAsync_ReadsWithItsKey()
    {
        await using var services = Services(options => options.Key = site.Watcher);
        await using var client = Read(services, "own-key");
        await client.StartAsync();
    }

    [Fact]
    public async Task ReadAsync_AsksForItsTokenOnceMore_WhenThatHasEnded()
    {
        var asked = 0;
        await using var services = Services(options => options.Token = _ => ValueTask.FromResult(++asked == 1 ? Token(TimeSpan.FromMinutes(-2)) : Token(TimeSpan.FromMinutes(5))));
        await using var client = Read(services, "own-ended");
        await client.StartAsync();
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task ReadAsync_GoesOnWithANewToken_WhenTheStreamEndsWithTheOldOne()
    {
        var asked = 0;
        await using var services = Services(options => options.Token = async _ => await site.TicketAsync(site.Owner, $$"""{"grants":["subscribe session:own-expiring"],"expires_in":{{(++asked == 1 ? 5 : 3600)}}}"""));
        await using var client = Read(services, "own-expiring");
        await client.StartAsync();
        var next = client.NextAsync();
        await Eventually.TrueAsync(() => asked > 1 || next.IsCompleted, Cancel);
        var note = new EventFactory(TimeProvider.System).Create("own-expiring", "note", EventPayload.Empty);
        await site.Server.AppendAsync("own-expiring", note);
        (await next).Event.EventId.ShouldBe(note.EventId);
        asked.ShouldBe(2);
    }

    private static ListenerClient Read(ServiceProvider services, string session) => new(services.GetRequiredService<StreamListener>(), StreamKey.Session(session), StartFrom.Live);

    private string Token(TimeSpan until) => site.Token(["subscribe session:own*"], from: TimeSpan.FromMinutes(-5), until: until);

    private ServiceProvider Services(Action<EventStreamOptions> configure) => new ServiceCollection().AddEventListener(options =>
    {
        options.Server = site.Server.Address;
        configure(options);
    }).BuildServiceProvider();
}
