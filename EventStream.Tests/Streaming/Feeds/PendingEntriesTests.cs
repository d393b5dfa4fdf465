using EventStream.Api.Streaming.Feeds;
using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class PendingEntriesTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public void Add_LetsGoOfAll_BeyondTheBoundInBytes()
    {
        var pending = new PendingEntries();
        for (var offset = 1; offset <= 5; offset++) pending.Add(Entry(offset, MiB / 4));
        (pending.First, pending.Next).ShouldBe((0, 5));

        pending.Add(Entry(6, 1));

        (pending.First, pending.Next).ShouldBe((5, 6));
        pending.All.ShouldHaveSingleItem().Cursor.ShouldBe(new Cursor(7, 6));
    }

    [Fact]
    public void DropFirst_GivesItsBytesBack()
    {
        var pending = new PendingEntries();
        for (var offset = 1; offset <= 40; offset++)
        {
            pending.Add(Entry(offset, MiB / 4));
            if (offset > 2) pending.DropFirst();
        }
        (pending.First, pending.Next).ShouldBe((38, 40));
    }

    [Fact]
    public void Add_LetsGoOfAll_BeyondTheBoundInNumber()
    {
        var pending = new PendingEntries();
        for (var offset = 1; offset <= 10_000; offset++) pending.Add(Entry(offset, 1));
        pending.First.ShouldBe(0);

        pending.Add(Entry(10_001, 1));

        (pending.First, pending.Next).ShouldBe((10_000, 10_001));
    }

    private static LogEntry Entry(long offset, int bytes) => new(new Cursor(7, offset), new byte[bytes]);
}
