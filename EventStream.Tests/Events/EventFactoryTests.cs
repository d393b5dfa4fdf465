using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventFactoryTests
{
    private static readonly EventFactory Factory = new(FixedTime.Instance);

    [Fact]
    public void Create_FillsInIdTimeTypeAndRun_WhenTheContextIsEmpty()
    {
        var created = Factory.Create("s1", new RunStarted { RunId = "r1" });
        Guid.Parse(created.EventId).Version.ShouldBe(7);
        created.Timestamp.ShouldBe(FixedTime.Now);
        created.Type.ShouldBe("run_started");
        created.RunId.ShouldBe("r1");
        created.ProjectId.ShouldBeNull();
    }

    [Fact]
    public void Create_TakesTheOptions_WhenTheyAreGiven()
    {
        var options = new PublishOptions { EventId = "e1", RunId = "r1", ProjectId = "p1", AgentId = "a1", Timestamp = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)) };
        var created = Factory.Create("s1", "custom.type", EventPayload.Empty, options);
        created.ShouldBe(new Event
        {
            EventId = "e1",
            SessionId = "s1",
            Timestamp = new DateTimeOffset(2026, 1, 2, 1, 4, 5, 6, TimeSpan.Zero),
            Type = "custom.type",
            Payload = EventPayload.Empty,
            RunId = "r1",
            ProjectId = "p1",
            AgentId = "a1",
        });
        created.Timestamp.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Create_Refuses_WhenTheRunOfThePayloadDiffers() =>
        Rejections.Of(() => Factory.Create("s1", new RunStarted { RunId = "r1" }, new PublishOptions { RunId = "r2" })).Message
            .ShouldBe("/run_id is 'r2' and contradicts /payload/run_id, which is 'r1'.");

    [Theory]
    [InlineData("")]
    [InlineData("broadcast")]
    [InlineData("a b")]
    public void Create_Refuses_WhenTheSessionIdIsBad(string sessionId) =>
        Rejections.Of(() => Factory.Create(sessionId, new RunStarted { RunId = "r1" })).Pointer.ShouldBe("/session_id");

    [Fact]
    public void Create_RefusesControlFrames_WhichCreateControlMakes()
    {
        var heartbeat = new Heartbeat { Cursor = "0-0" };
        Rejections.Of(() => Factory.Create("s1", heartbeat)).Message.ShouldBe("/type must not be 'heartbeat': only the server writes that frame.");
        Factory.CreateControl("broadcast", heartbeat).Type.ShouldBe("heartbeat");
    }

    [Fact]
    public void Create_TakesAPayloadThatFitsIntoABatch_AndRefusesADeeperOne()
    {
        var deepest = Factory.Create("s1", "x", EventPayload.Parse(Nested(EventLimits.MaxPayloadDepth)));
        EventReader.ReadMany([(byte)'[', .. EventWriter.ToUtf8(deepest), (byte)']'], new EventDefaults("s1", FixedTime.Instance)).ShouldBe([deepest], EventEquality.Comparer);
        Rejections.Of(() => Factory.Create("s1", "x", EventPayload.Parse(Nested(EventLimits.MaxPayloadDepth + 1)))).Message
            .ShouldBe("/payload must not be nested deeper than 62 levels.");
    }

    [Fact]
    public void NewId_NeverRepeats_InsideAMillisecond()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => Factory.NewId()).ToList();
        ids.Distinct().Count().ShouldBe(1000);
        ids.ShouldAllBe(id => EventRules.IsEventId(id));
    }

    [Theory]
    [InlineData("2026-11-21T03:14:45.123Z")]
    [InlineData("1970-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public void NewId_IsAUuidOfVersion7_WithTheTimeInFront(string now)
    {
        var time = new StoppedAt(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        var ids = Enumerable.Range(0, 1000).Select(_ => new EventFactory(time).NewId()).ToList();
        foreach (var id in ids)
        {
            id.ShouldMatch("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
            Convert.ToInt64(id[..8] + id[9..13], 16).ShouldBe(time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        // All bits but those of the version and the variant are random.
        var bits = ids.Select(id => Convert.FromHexString(id.Replace("-", "", StringComparison.Ordinal)[12..])).ToList();
        for (var bit = 4; bit < 80; bit++)
        {
            if (bit is not (16 or 17)) bits.Count(bytes => (bytes[bit / 8] >> (7 - bit % 8) & 1) == 1).ShouldBeInRange(350, 650, $"bit {bit}");
        }
    }

    [Fact]
    public void NewId_NeverRepeats_InSeveralThreadsAtOneMoment()
    {
        var ids = new string[1_000_000];
        Parallel.For(0, 8, part =>
        {
            for (var i = part * 125_000; i < (part + 1) * 125_000; i++) ids[i] = Factory.NewId();
        });
        ids.ToHashSet().Count.ShouldBe(ids.Length);
    }

    private static string Nested(int depth) => $$"""{"a":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";

    private sealed class StoppedAt(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
