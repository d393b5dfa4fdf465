using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EventStream.Events;

/// <summary>Finds envelopes that stand just as <see cref="EventWriter"/> writes them, so that they can be passed on as they are.</summary>
/// <remarks>Where it isn't sure it says no: reading and writing such an envelope costs several times as much and gives the same bytes.</remarks>
internal static class CanonicalEnvelope
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    // All but the last: a trace context has a rule that isn't worth repeating.
    private static readonly byte[][] Members = [.. EnvelopeMembers.Known[..^1].Select(member => member.Utf8)];

    private const int Required = 5;

    /// <summary>Whether these bytes are a whole and valid event of a session, written canonically.</summary>
    public static bool Is(ReadOnlySpan<byte> utf8, string sessionId)
    {
        if (utf8.Length > EventLimits.MaxEventBytes || !Utf8.IsValid(utf8)) return false;
        try
        {
            var reader = new Utf8JsonReader(utf8, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            var next = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = Find(reader.ValueSpan, next);
                // All that must be there come first, without a gap.
                if (member < 0 || (next < Required && member != next)) return false;
                reader.Read();
                if (member == 4 ? !IsPayload(ref reader, utf8) : !IsText(ref reader, member, sessionId)) return false;
                next = member + 1;
            }
            return next >= Required && !reader.Read() && CompactJson.IsCompact(utf8);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int Find(ReadOnlySpan<byte> name, int from)
    {
        for (var i = from; i < Members.Length; i++) if (name.SequenceEqual(Members[i])) return i;
        return -1;
    }

    private static bool IsPayload(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return !EventReader.MayNameRun(utf8[start..(int)reader.BytesConsumed]);
    }

    private static bool IsText(ref Utf8JsonReader reader, int member, string sessionId)
    {
        var value = reader.ValueSpan;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || value.IsEmpty || value.Length > EventLimits.MaxIdLength || value.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return false;
        Span<char> text = stackalloc char[EventLimits.MaxIdLength];
        text = text[..Encoding.ASCII.GetChars(value, text)];
        return member switch
        {
            0 => EventRules.IsEventId(text),
            1 => text.SequenceEqual(sessionId),
            2 => text is [.., '.', _, _, _, 'Z'] && text.Length == 24 && text[10] == 'T' && Rfc3339.TryParse(text, out _),
            3 => EventRules.IsType(text) && EventCatalogue.Find(value)?.Role != EventRole.Control,
            5 or 6 => EventRules.IsId(text),
            _ => true,
        };
    }
}
