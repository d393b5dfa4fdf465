using System.Text;
using System.Text.Json;
using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Tests.Dialects.Reverb;

/// <summary>Events, one after the other, as a Reverb dialect tells them.</summary>
internal sealed class ReverbTelling(bool isFlat = false)
{
    private readonly IDialect _dialect = (isFlat ? DialectCatalogue.ReverbFlat : DialectCatalogue.Reverb).Begin();

    /// <summary>What an event becomes; null when nothing is told.</summary>
    public JsonElement? Tell(ReadOnlyMemory<byte> envelope) =>
        _dialect.Write(new DialectEvent(EventReader.ReadLogged(envelope.Span).Type, envelope)) is [var only] ? JsonElement.Parse(only.Data.Span) : null;

    public JsonElement? Tell(Event stored) => Tell(EventWriter.ToUtf8(stored));

    /// <summary>The frame of an event of session <c>s1</c> that was made at a time of the day.</summary>
    public JsonElement? Tell(string type, string payload, string more = "\"run_id\":\"r\"", string at = "07:39:07.000", string session = "s1") =>
        Tell(Encoding.UTF8.GetBytes($$"""{"event_id":"e","session_id":"{{session}}","timestamp":"2025-12-19T{{at}}Z","type":"{{type}}","payload":{{payload}},{{more}}}"""));

    /// <summary>The members beside those of the envelope, whichever the form.</summary>
    public static JsonElement MembersOf(JsonElement frame) => frame.TryGetProperty("event_id", out _) || (frame.GetPropertyCount() == 5 && frame.TryGetProperty("payload", out _)) ? frame.GetProperty("payload")
        : JsonSerializer.SerializeToElement(frame.EnumerateObject().Where(member => member.Name is not ("type" or "session_id" or "execution_id" or "timestamp")).ToDictionary(member => member.Name, member => member.Value));
}
