using System.Collections.Concurrent;
using System.Text;
using EventStream.Bus.Redis.Subscribing;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Subscribing;

public sealed class ChannelRouterTests
{
    private readonly ChannelRouter _router = new();
    private readonly ConcurrentQueue<string> _told = new();

    [Fact]
    public void Deliver_TellsTheListenerOfTheChannelAlone()
    {
        _router.Add("a"u8.ToArray(), new Listener("a", _told));
        _router.Add("b"u8.ToArray(), new Listener("b", _told));
        Deliver("a", "1");
        Deliver("c", "2");
        Deliver("b", "3");
        _told.ShouldBe(["a: 1", "b: 3"]);
    }

    // Each caller has bytes of its own for the name.
    [Fact]
    public void Add_TakesThePlaceOfTheListenerBefore_AndRemoveTakesItAway()
    {
        _router.Add("a"u8.ToArray(), new Listener("first", _told));
        _router.Add("a"u8.ToArray(), new Listener("second", _told));
        Deliver("a", "1");
        _router.Remove("b"u8.ToArray());
        Deliver("a", "2");
        _router.Remove("a"u8.ToArray());
        Deliver("a", "3");
        _told.ShouldBe(["second: 1", "second: 2"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public async Task Pause_IsToldOnceToEachListenerThatHeardSomething(int channels)
    {
        for (var i = 0; i <= channels; i++) _router.Add(Encoding.UTF8.GetBytes($"c{i}"), new Listener($"c{i}", _told));
        for (var round = 0; round < 2; round++)
        {
            _told.Clear();
            for (var i = 0; i < channels; i++) for (var message = 0; message < 3; message++) Deliver($"c{i}", "x");
            _told.Count.ShouldBe(3 * channels);
            _router.Pause();
            await Eventually.TrueAsync(() => _told.Count >= 4 * channels, TestContext.Current.CancellationToken);
            _told.Where(told => told.EndsWith("paused", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, channels).Select(i => $"c{i} paused"), ignoreOrder: true);
        }
        _told.Clear();
        _router.Pause();
        _told.ShouldBeEmpty();
    }

    private void Deliver(string channel, string payload) => _router.Deliver(new RespReply("message"u8, Encoding.UTF8.GetBytes(channel), Encoding.UTF8.GetBytes(payload)));

    private sealed class Listener(string name, ConcurrentQueue<string> told) : IChannelListener
    {
        public void OnMessage(ReadOnlySpan<byte> message) => told.Enqueue($"{name}: {Encoding.UTF8.GetString(message)}");

        public void OnTooLong() => told.Enqueue($"{name} too long");

        public void OnPause() => told.Enqueue($"{name} paused");
    }
}
