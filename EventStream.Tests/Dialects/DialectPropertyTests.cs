using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Dialects.Argos;
using EventStream.Dialects.Eddie;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Sources;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects;

/// <summary>Whatever is stored or was tampered with, nothing is thrown and the result is one line of JSON.</summary>
public sealed class DialectPropertyTests
{
    // A log entry is put into an array, so it is nested deeper than in its envelope.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = EventLimits.MaxJsonDepth + 2 };

    private static readonly IReadOnlyList<byte[]> Envelopes =
        [.. SourceCatalogue.All.Where(source => source.Name != "auto").SelectMany(source => DialectRow.Of(source.Name)).SelectMany(rows => rows).SelectMany(row => row.Events).Select(stored => EventWriter.ToUtf8(stored))];

    public static TheoryData<string> Sources => ["eddie", "argos"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void TryWrite_WritesALine_OfWhateverWasIngested(string source)
    {
        var client = new EddieDialect(new TextBudget(EddieDialect.MaxTextBytes));
        PropertyCheck.Run(3000, Prop.ForAll(new MangledFrames(source).Frames.ToArbitrary(), frame =>
        {
            foreach (var stored in Normalise(source, frame)) AssertLines(client, EventWriter.ToUtf8(stored)).ShouldBeTrue();
        }));
    }

    [Fact]
    public void TryWrite_NeverThrows_WhateverTheEnvelopeHolds()
    {
        var client = new EddieDialect(new TextBudget(EddieDialect.MaxTextBytes));
        var mangled = new MangledFrames([.. Envelopes.Select(envelope => JsonElement.Parse(envelope))]);
        PropertyCheck.Run(5000, Prop.ForAll(mangled.Frames.ToArbitrary(), envelope => { AssertLines(client, Encoding.UTF8.GetBytes(envelope)); }));
    }

    [Fact]
    public void TryWrite_NeverThrows_WhateverTheBytesAre()
    {
        var client = new EddieDialect(new TextBudget(EddieDialect.MaxTextBytes));
        var changed =
            from envelope in Gen.Elements<byte[]>(Envelopes)
            from at in Gen.Choose(0, 10_000)
            from octet in Gen.Choose(0, 255)
            from isCut in Gen.Elements(true, false)
            select Change(envelope, at % envelope.Length, (byte)octet, isCut);
        PropertyCheck.Run(5000, Prop.ForAll(changed.ToArbitrary(), envelope => { AssertLines(client, envelope); }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_MakesOneLineOfJson_WhateverTheEnvelopeHolds(bool isFlat)
    {
        var reverb = (isFlat ? DialectCatalogue.ReverbFlat : DialectCatalogue.Reverb).Begin();
        var mangled = new MangledFrames([.. Envelopes.Select(envelope => JsonElement.Parse(envelope))]);
        PropertyCheck.Run(5000, Prop.ForAll(mangled.Frames.ToArbitrary(), envelope =>
        {
            var bytes = Encoding.UTF8.GetBytes(envelope);
            if (StoredEvent.Read(bytes) is not { } stored) return;
            foreach (var message in reverb.Write(new DialectEvent(stored.Type, bytes)))
            {
                message.Data.Span.IndexOfAny((byte)'\r', (byte)'\n').ShouldBe(-1);
                var frame = JsonElement.Parse(message.Data.Span, Deep);
                if (message.Name == stored.Type) continue;
                // On WebSocket the cursor is put in as id.
                frame.EnumerateObject().Select(member => member.Name).Append("id").ShouldBeUnique();
                frame.GetProperty("type").GetString().ShouldBe(message.Name);
            }
        }));
    }

    private static byte[] Change(byte[] envelope, int at, byte octet, bool isCut) => isCut ? envelope[..at] : [.. envelope[..at], octet, .. envelope[(at + 1)..]];

    private static bool AssertLines(EddieDialect client, byte[] envelope)
    {
        var argos = new ArrayBufferWriter<byte>();
        var eddie = new ArrayBufferWriter<byte>();
        var isEvent = ArgosDialect.TryWrite(envelope, argos, out var name);
        var isWritten = client.TryWrite(envelope, eddie);
        // Eddie's clients need the whole text, so a delta whose beginning isn't known is the only event that isn't written.
        if (isEvent && !isWritten) name.ShouldBeOneOf("agent_message_delta", "message.partial", "message.updated", "ChatMessagePartialEvent");
        if (isEvent && !isWritten) return true;
        isWritten.ShouldBe(isEvent);
        if (!isEvent)
        {
            (argos.WrittenCount + eddie.WrittenCount).ShouldBe(0);
            return false;
        }
        var type = JsonElement.Parse(argos.WrittenSpan, Deep).GetProperty("type");
        JsonText.Text(type).ShouldBe(name);
        JsonElement.Parse(eddie.WrittenSpan, Deep).EnumerateObject().Select(member => member.Name).ShouldBe(["event", "data"]);
        argos.WrittenSpan.IndexOfAny((byte)'\r', (byte)'\n').ShouldBe(-1);
        eddie.WrittenSpan.IndexOfAny((byte)'\r', (byte)'\n').ShouldBe(-1);
        return true;
    }

    private static IReadOnlyList<Event> Normalise(string source, string frame)
    {
        var natives = Rejections.OrNull(() => NativeReader.Read(NativeReader.Parse(Encoding.UTF8.GetBytes(frame)), SourceCatalogue.Get(source), new IngestContext { SessionId = "s1" })) ?? [];
        return SourceBatch.From(natives, 0, SessionState.Empty, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _).Events;
    }
}
