using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Events;

/// <summary>Whatever a publisher sends is accepted or refused with <see cref="EventRejectedException"/>.</summary>
public sealed class EventFuzzTests
{
    private static readonly Gen<string> Splice = Gen.Elements(
        "\"", "\\", "\\ud800", "\\uD83D", "\\u0000", "{", "}", "[", "]", ",", ":", "null", "1e999", "\n", "\r", "\0", "\uFEFF", "\u2028",
        "\"run_id\":", "\"type\":\"heartbeat\",", "\"payload\":{\"\\ud800\":1},", "\"timestamp\":\"9999-12-31T23:59:59.9999999-14:00\",", "\"id\":{},", new string('[', 70), new string('x', 300));

    private static readonly Gen<byte[]> Mutated =
        from published in EventGen.Published
        from count in Gen.Choose(1, 4)
        from mutations in Gen.ListOf(Mutation, count)
        select mutations.Aggregate(Encoding.UTF8.GetBytes(published.Json), (bytes, mutate) => mutate(bytes));

    private static Gen<Func<byte[], byte[]>> Mutation => Gen.OneOf(
        from at in Gen.Choose(0, int.MaxValue - 1)
        from value in Gen.Choose(0, 255)
        select new Func<byte[], byte[]>(bytes => bytes.Length == 0 ? bytes : [.. bytes[..(at % bytes.Length)], (byte)value, .. bytes[(at % bytes.Length + 1)..]]),
        from at in Gen.Choose(0, int.MaxValue - 1)
        from piece in Splice
        select new Func<byte[], byte[]>(bytes => [.. bytes[..(at % (bytes.Length + 1))], .. Encoding.UTF8.GetBytes(piece), .. bytes[(at % (bytes.Length + 1))..]]),
        from at in Gen.Choose(0, int.MaxValue - 1)
        from length in Gen.Choose(1, 20)
        select new Func<byte[], byte[]>(bytes => bytes.Length == 0 ? bytes : [.. bytes[..(at % bytes.Length)], .. bytes[Math.Min(bytes.Length, at % bytes.Length + length)..]]));

    [Fact]
    public void Readers_OnlyEverReject_WhenValidEventsAreMutated() => PropertyCheck.Run(3000, Prop.ForAll(Mutated.ToArbitrary(), ReadAnyhow));

    [Fact]
    public void Readers_OnlyEverReject_WhenTheBytesAreRandom() => PropertyCheck.Run(1000, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ReadAnyhow));

    [Fact]
    public void As_OnlyThrowsJsonException_WhenThePayloadIsAnyObject() => PropertyCheck.Run(300, Prop.ForAll(
        JsonGen.ObjectTokens.ToArbitrary(),
        tokens => ReadAsEveryRecord(EventPayload.Parse(string.Concat(tokens)))));

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"run_id":"\ud800","message_id":"\udc00"}""")]
    [InlineData("""{"cpu":1e400,"replayed":1e400,"retry_count":99999999999,"reconnect":"yes"}""")]
    public void As_OnlyThrowsJsonException_WhenThePayloadIsHostile(string payload) => ReadAsEveryRecord(EventPayload.Parse(payload));

    private static void ReadAnyhow(byte[] utf8)
    {
        foreach (var defaults in (EventDefaults[])[new("s1", FixedTime.Instance), new(null, FixedTime.Instance)])
        {
            ReadBack(Rejections.OrNull(() => EventReader.Read(utf8, defaults)));
            Rejections.OrNull(() => EventReader.ReadMany(utf8, defaults))?.ToList().ForEach(ReadBack);
            Rejections.OrNull(() => EventReader.ReadLines(utf8, defaults))?.ToList().ForEach(ReadBack);
        }
        Rejections.OrNull(() => EventPayload.Parse(utf8));
    }

    private static void ReadBack(Event? accepted)
    {
        if (accepted is null) return;
        EventReader.Read(EventWriter.ToUtf8(accepted), new EventDefaults(accepted.SessionId, FixedTime.Instance));
    }

    private static void ReadAsEveryRecord(EventPayload payload)
    {
        foreach (var type in EventCatalogue.All)
        {
            try
            {
                var record = (CanonicalPayload)JsonSerializer.Deserialize(payload.Utf8.Span, type.JsonType)!;
                EventPayload.From(record);
            }
            catch (JsonException)
            {
                // The documented exception is as good as an answer.
            }
        }
    }
}
