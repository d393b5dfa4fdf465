using System.Net.Sockets;
using System.Text;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Clients that read too slowly delay no other client.</summary>
public sealed class SlowReaderTests
{
    private const string Session = "s";
    private const int Count = 5000;

    // Together the events are more than the window and all socket buffers hold.
    private static readonly string Text = new('x', 4096);
    private static readonly EventFactory Factory = new(TimeProvider.System);

    [Fact]
    public async Task Get_SendsEveryEventFromTheLog_WhenTheReaderFallsOutOfTheWindow()
    {
        var bus = new TestBus(new() { MaxBytes = 64 * 1024 * 1024 });
        await using var server = TestServer.StartWith(bus);
        var reading = new TaskCompletionSource();
        await using var slow = await SseClient.OpenAsync(server.Client, $"/events/{Session}", beforeReading: reading.Task);
        await using var fast = await server.OpenAsync($"/events/{Session}");
        await fast.NextAsync();
        var readsBefore = bus.Reads;
        var expected = await PublishAsync(server, Count);
        (await fast.NextAsync(Count)).Select(item => item.EventId!).ShouldBe(expected);

        reading.SetResult();
        var items = await slow.NextAsync(1 + Count);
        items.Skip(1).Select(item => item.EventId!).ShouldBe(expected);
        bus.Reads.ShouldBeGreaterThan(readsBefore);

        // The client has caught up with the window.
        var more = await PublishAsync(server, 3);
        (await slow.NextAsync(3)).Select(item => item.EventId!).ShouldBe(more);
    }

    [Fact]
    public async Task Get_SaysWhatIsMissing_WhenTheLogIsTrimmedUnderASlowReader()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "100" });
        var reading = new TaskCompletionSource();
        await using var slow = await SseClient.OpenAsync(server.Client, $"/events/{Session}", beforeReading: reading.Task);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 1, TestContext.Current.CancellationToken);
        var published = await PublishAsync(server, Count);
        reading.SetResult();
        var items = await slow.ReadUntilAsync(item => item.EventId == published[^1]);

        items.ShouldContain(item => item.EventType == "stream_gap");
        var position = Cursor.Zero;
        foreach (var item in items.Skip(1))
        {
            var cursor = Cursor.Parse(item.EventId!);
            if (item.EventType == "stream_gap") item.Data.ShouldEndWith("\"payload\":{\"from\":\"" + position + "\",\"to\":\"" + cursor + "\"}}");
            else cursor.Follows(position).ShouldBeTrue($"{cursor} came after {position}");
            position = cursor;
        }
    }

    [Fact]
    public async Task Get_KeepsTheClient_WhenItReadsAKilobyteAtATime()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:WriteTimeout"] = "00:00:02" });
        using var ended = new Measurements(server, "eventstream.streams.ended");
        await PublishAsync(server, Count);
        // With a small buffer the client's kernel acknowledges what it takes, although one write to it takes longer than the timeout.
        using var client = new TcpClient { ReceiveBufferSize = 2048 };
        await client.ConnectAsync(server.Address.Host, server.Address.Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /events/{Session}?from=earliest HTTP/1.1\r\nHost: localhost\r\n\r\n"), cancellationToken);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var buffer = new byte[1024];
        // The loop lasts as long as three timeouts.
        for (var i = 0; i < 30; i++)
        {
            await pace.WaitForNextTickAsync(cancellationToken);
            (await client.GetStream().ReadAsync(buffer, cancellationToken)).ShouldBeGreaterThan(0);
        }
        server.Feeds.OpenStreams.ShouldBe(1);
        ended.Sum.ShouldBe(0);
    }

    [Fact]
    public async Task Get_CutsTheClientOff_WhenItTakesNothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:WriteTimeout"] = "00:00:00.5" });
        using var ended = new Measurements(server, "eventstream.streams.ended");
        using var deaf = await NonReadingClient.OpenAsync(server.Address, $"/events/{Session}?from=earliest", cancellationToken);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 1, cancellationToken);
        await using var client = await server.OpenAsync($"/events/{Session}");
        await client.NextAsync();
        // Each batch reaches the healthy client, both while the other is stuck and after it was cut off.
        for (var i = 0; i < 10; i++)
        {
            var batch = await PublishAsync(server, 500);
            (await client.NextAsync(500)).Select(item => item.EventId!).ShouldBe(batch);
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 1, cancellationToken);
        await Eventually.TrueAsync(() => ended.HasTag("slow_consumer"), cancellationToken);
        (await PublishAsync(server, 1)).ShouldBe([(await client.NextAsync()).EventId!]);
    }

    [Fact]
    public async Task Get_SendsEverythingToAFastReader_WhileManyOthersAreStuck()
    {
        const int Stuck = 50;
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = TestServer.Start(new() { ["Streaming:WriteTimeout"] = "00:10:00", ["Log:MaxBytes"] = "100000000" });
        using var delivered = new Measurements(server, "eventstream.events.delivered");
        var deaf = new List<NonReadingClient>();
        try
        {
            for (var i = 0; i < Stuck; i++) deaf.Add(await NonReadingClient.OpenAsync(server.Address, $"/events/{Session}", cancellationToken));
            await Eventually.TrueAsync(() => server.Feeds.OpenStreams == Stuck, cancellationToken);
            await using var fast = await server.OpenAsync($"/events/{Session}");
            await fast.NextAsync();
            var expected = await PublishAsync(server, Count);
            (await fast.NextAsync(Count)).Select(item => item.EventId!).ShouldBe(expected);

            // The stuck clients are still connected, and none of them has received everything.
            server.Feeds.OpenStreams.ShouldBe(Stuck + 1);
            delivered.Sum.ShouldBeLessThan((long)(Stuck + 1) * Count);
            var more = await PublishAsync(server, 3);
            (await fast.NextAsync(3)).Select(item => item.EventId!).ShouldBe(more);
        }
        finally
        {
            deaf.ForEach(client => client.Dispose());
        }
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, cancellationToken);
    }

    private static async Task<string[]> PublishAsync(TestServer server, int count)
    {
        var events = Enumerable.Range(0, count).Select(_ => Factory.Create(Session, new AgentMessageDelta { MessageId = "m", Delta = Text })).ToArray();
        return [.. (await server.AppendAsync(Session, events)).Select(cursor => $"{cursor}")];
    }
}
