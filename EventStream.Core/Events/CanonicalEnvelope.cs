using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EventStream.Events;

/// <summary>Recognises envelopes that are written exactly as <see cref="EventWriter"/> writes them, so that they can be passed on unchanged.</summary>
/// <remarks>In doubt it says no: the envelope is then read and written again, which costs several times as much and gives the same bytes.</remarks>
internal static class CanonicalEnvelope
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    // A trace context is checked by a regular expression, which would cost what this saves.
    private static readonly EnvelopeMember[] Members = [.. EnvelopeMember.All.Where(member => member.Rule != MemberRule.TraceContext)];

    private static readonly int Required = Members.Count(member => member.IsRequired);

    /// <summary>Whether these bytes are a whole and valid event of a session, or of any session, written canonically.</summary>
    /// <param name="utf8">The envelope.</param>
    /// <param name="sessionId">The session; null allows all.</param>
    /// <param name="mayNamePublisher">Whether it may say who published it: what was written by a server.</param>
    public static bool Is(ReadOnlySpan<byte> utf8, string? sessionId, bool mayNamePublisher = true)
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
                // The required members come first, without a gap.
                if (member < 0 || (next < Required && member != next) || (Members[member] == EnvelopeMember.Publisher && !mayNamePublisher)) return false;
                reader.Read();
                if (Members[member] == EnvelopeMember.Payload ? !IsPayload(ref reader, utf8) : !IsText(ref reader, Members[member], sessionId)) return false;
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
        for (var i = from; i < Members.Length; i++) if (name.SequenceEqual(Members[i].Utf8)) return i;
        return -1;
    }

    private static bool IsPayload(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return !EventReader.MayNameRun(utf8[start..(int)reader.BytesConsumed]);
    }

    private static bool IsText(ref Utf8JsonReader reader, EnvelopeMember member, string? sessionId)
    {
        var value = reader.ValueSpan;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || value.IsEmpty || value.Length > EventLimits.MaxIdLength || value.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return false;
        Span<char> text = stackalloc char[EventLimits.MaxIdLength];
        text = text[..Encoding.ASCII.GetChars(value, text)];
        if (member == EnvelopeMember.SessionId && sessionId is not null) return text.SequenceEqual(sessionId);
        if (member == EnvelopeMember.Timestamp) return text is [.., '.', _, _, _, 'Z'] && text.Length == 24 && text[10] == 'T' && Rfc3339.TryParse(text, out _);
        return member.Rule!.IsKept(text) && (member != EnvelopeMember.Type || EventCatalogue.Find(value)?.Role != EventRole.Control);
    }
}
