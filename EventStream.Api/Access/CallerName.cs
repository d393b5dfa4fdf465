using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventStream.Api.Access;

/// <summary>The rule for the names of callers, which stand in events, pages and log lines.</summary>
internal static class CallerName
{
    /// <summary>What a name is without, as a part of messages.</summary>
    public const string Rule = "without control characters, line separators and invisible formatting";

    /// <summary>Whether a text shows what it is: nothing in it breaks a line, hides, or turns the direction of what follows.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done) return false;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) return false;
            text = text[length..];
        }
        return true;
    }
}
