using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Commands;
using EventStream.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Commands;

public sealed class CommandConnectionTests
{
    [Fact]
    public async Task NoteRefusal_WritesEachReasonOnceAMinute()
    {
        var (time, logger) = (new FakeTimeProvider(), new RecordingLogger<RedisEventBus>());
        await using var connection = new CommandConnection(new ConfigurationOptions(), time, logger);
        var (one, other) = (new BusRefusal("One", "Mend it."), new BusRefusal("Other", "Mend it."));
        for (var i = 0; i < 5; i++) connection.NoteRefusal(one, "ERR");
        connection.NoteRefusal(other, "ERR");
        logger.Entries.Count.ShouldBe(2);

        time.Advance(TimeSpan.FromSeconds(59));
        connection.NoteRefusal(one, "ERR");
        logger.Entries.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(1));
        connection.NoteRefusal(one, "ERR");
        logger.Entries.Count.ShouldBe(3);
    }
}
