using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

public sealed class EventReaderBatchTests
{
    private const string Small = """{"type":"x"}""";

    [Fact]
    public void ReadMany_ReadsOneEvent_WhenTheTextIsAnObject() => Many(Small).Single().Type.ShouldBe("x");

    [Fact]
    public void ReadMany_KeepsTheOrder_WhenTheTextIsAnArray() =>
        Many(""" [ {"type":"a"} , {"type":"b","payload":{"k": [ 1 ]}},{"type":"c"} ] """).Select(e => e.Type + e.Payload).ShouldBe(["a{}", """b{"k":[1]}""", "c{}"]);

    [Theory]
    [InlineData("[]", "", "The array holds no events.")]
    [InlineData("""[{"type":"x"},{"type":"X"}]""", "/1/type", null)]
    [InlineData("""[{"type":"x"},{"type":"x","foo":1}]""", "/1/foo", "/1/foo is not a member of the envelope; put it inside the payload.")]
    [InlineData("""[{"type":"x","payload":{"run_id":"-"}}]""", "/0/payload/run_id", null)]
    [InlineData("""[{"type":"x"},{"type":"x"},7]""", "/2", "/2 is wrong: An event must be a JSON object.")]
    [InlineData("""[[{"type":"x"}]]""", "/0", "/0 is wrong: An event must be a JSON object.")]
    [InlineData("""[{"type":"x"},]""", "", null)]
    public void ReadMany_PointsToTheItem_WhenOneIsBad(string json, string pointer, string? message)
    {
        var rejection = Rejections.Of(() => Many(json));
        rejection.Pointer.ShouldBe(pointer);
        if (message is not null) rejection.Message.ShouldBe(message);
    }

    [Fact]
    public void ReadMany_Takes1000EventsAndRefuses1001_AsTooLarge()
    {
        Many($"[{string.Join(',', Enumerable.Repeat(Small, 1000))}]").Count.ShouldBe(1000);
        var rejection = Rejections.Of(() => Many($"[{string.Join(',', Enumerable.Repeat(Small, 1001))}]"));
        rejection.Message.ShouldBe("At most 1000 events are published at once; send the rest in a further request.");
        rejection.IsTooLarge.ShouldBeTrue();
    }

    [Fact]
    public void ReadLines_SkipsEmptyLines_AndTakesBothLineEnds() =>
        Lines("\r\n{\"type\":\"a\"}\r\n\n  \t\n {\"type\":\"b\"} \n{\"type\":\"c\"}").Select(e => e.Type).ShouldBe(["a", "b", "c"]);

    [Theory]
    [InlineData("", "There are no events in the text.")]
    [InlineData("\n \r\n", "There are no events in the text.")]
    [InlineData("{\"type\":\"x\"}\n\n{\"type\":7}\n", "Line 3: /type must be a string.")]
    [InlineData("{\"type\":\"x\"}\n{\"type\":\n\"x\"}", "Line 2: The text is not valid JSON at byte 9.")]
    [InlineData("{\"type\":\"x\"}{\"type\":\"x\"}", "Line 1: The text is not valid JSON at byte 13.")]
    [InlineData("[{\"type\":\"x\"}]", "Line 1: An event must be a JSON object.")]
    public void ReadLines_NamesTheLine_WhenOneIsBad(string text, string message)
    {
        var rejection = Rejections.Of(() => Lines(text));
        rejection.Message.ShouldBe(message);
        rejection.Pointer.ShouldBe("");
    }

    [Fact]
    public void ReadLines_Takes1000EventsAndRefuses1001_AsTooLarge()
    {
        Lines(string.Join('\n', Enumerable.Repeat(Small, 1000)) + "\n").Count.ShouldBe(1000);
        Rejections.Of(() => Lines(string.Join('\n', Enumerable.Repeat(Small, 1001)))).IsTooLarge.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Read_TakesAnEventOf256KiBAndRefusesOneByteMore_AsTooLarge(int more, bool refused)
    {
        var json = OfSize(EventLimits.MaxEventBytes + more);
        Func<object>[] ways = [() => EventReader.Read(Encoding.UTF8.GetBytes(json), Defaults), () => Many(json), () => Many($"[{json}]"), () => Lines(json + "\n")];
        foreach (var way in ways)
        {
            if (refused) Rejections.Of(way).IsTooLarge.ShouldBeTrue();
            else way().ShouldNotBeNull();
        }
        if (!refused) EventWriter.ToUtf8(EventReader.Read(Encoding.UTF8.GetBytes(json), Defaults)).Length.ShouldBe(EventLimits.MaxEventBytes);
    }

    [Fact]
    public void Read_CountsWhatItFillsIn_WhenTheEventIsNearTheLimit()
    {
        var json = $$$"""{"type":"x","payload":{"text":"{{{new string('a', EventLimits.MaxEventBytes - 60)}}}"}}""";
        Encoding.UTF8.GetByteCount(json).ShouldBeLessThan(EventLimits.MaxEventBytes);
        var rejection = Rejections.Of(() => EventReader.Read(Encoding.UTF8.GetBytes(json), Defaults));
        rejection.IsTooLarge.ShouldBeTrue();
        rejection.Message.ShouldStartWith("An event may take 262144 bytes as JSON; this one takes 2622");
    }

    [Fact]
    public void Read_DoesNotCountWhiteSpace_BetweenTokens() =>
        EventReader.Read(Encoding.UTF8.GetBytes($"{{{new string(' ', EventLimits.MaxEventBytes)}\"type\":\"x\"}}"), Defaults).Type.ShouldBe("x");

    private static EventDefaults Defaults => new("s1", FixedTime.Instance);

    private static string OfSize(int bytes)
    {
        const string start = """{"event_id":"e","session_id":"s1","timestamp":"2026-11-21T03:14:45.123Z","type":"x","payload":{"text":""";
        return $"{start}\"{new string('a', bytes - start.Length - 4)}\"}}}}";
    }

    private static IReadOnlyList<Event> Many(string json) => EventReader.ReadMany(Encoding.UTF8.GetBytes(json), Defaults);

    private static IReadOnlyList<Event> Lines(string text) => EventReader.ReadLines(Encoding.UTF8.GetBytes(text), Defaults);
}
