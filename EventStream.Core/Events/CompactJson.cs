using System.Text.Json;
using System.Text.Unicode;

namespace EventStream.Events;

/// <summary>Takes insignificant white space out of JSON and leaves every token as it is.</summary>
internal static class CompactJson
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = EventLimits.MaxJsonDepth };

    /// <summary>Checks the text and returns a compact copy.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="isLine">Whether it is one line of several. The caller knows its number, so messages leave it out.</param>
    /// <exception cref="EventRejectedException">The text is no JSON value, nested too deep or no UTF-8.</exception>
    public static byte[] From(ReadOnlySpan<byte> utf8, bool isLine = false)
    {
        if (!Utf8.IsValid(utf8)) throw new EventRejectedException("", "The text is not valid UTF-8.");
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        try
        {
            while (reader.Read()) { }
        }
        catch (JsonException) when (IsTooDeep(utf8, reader.CurrentDepth, reader.BytesConsumed))
        {
            throw new EventRejectedException("", $"The JSON is nested deeper than {EventLimits.MaxJsonDepth} levels; a payload may have {EventLimits.MaxPayloadDepth}.");
        }
        catch (JsonException e) when (isLine)
        {
            throw new EventRejectedException("", $"The text is not valid JSON at byte {e.BytePositionInLine + 1}.");
        }
        catch (JsonException e)
        {
            throw new EventRejectedException("", $"The text is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        return Strip(utf8);
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> utf8, int depth, long consumed) =>
        depth >= EventLimits.MaxJsonDepth && utf8[(int)consumed..].TrimStart(" \t\r\n,:"u8) is [(byte)'{' or (byte)'[', ..];

    /// <summary>Whether checked JSON has no white space between its tokens.</summary>
    public static bool IsCompact(ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            var run = json[0] == (byte)'"' ? StringLength(json) : TokenLength(json);
            if (run == 0) return false;
            json = json[run..];
        }
        return true;
    }

    /// <summary>Copies checked JSON without the white space between its tokens.</summary>
    public static byte[] Strip(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        var length = 0;
        while (!json.IsEmpty)
        {
            var run = json[0] switch
            {
                (byte)'"' => StringLength(json),
                (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' => 0,
                _ => TokenLength(json),
            };
            json[..run].CopyTo(compact.AsSpan(length));
            length += run;
            json = json[Math.Max(run, 1)..];
        }
        return length == compact.Length ? compact : compact[..length];
    }

    private static int TokenLength(ReadOnlySpan<byte> json)
    {
        var end = json.IndexOfAny("\" \t\r\n"u8);
        return end < 0 ? json.Length : end;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var i = 1; ; i++)
        {
            i += json[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[i] == (byte)'"') return i + 1;
            i++;
        }
    }
}
