using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EventStream.Events;

/// <summary>A position in a log, written <c>&lt;epoch&gt;-&lt;offset&gt;</c>: the SSE <c>id:</c> and the Redis Stream entry id.</summary>
/// <param name="Epoch">The log's birth in milliseconds since 1970; a new one when the log was lost, expired or rolled back.</param>
/// <param name="Offset">1, 2, 3 … without holes inside an epoch; 0 is before the first event.</param>
public readonly record struct Cursor(long Epoch, long Offset) : IComparable<Cursor>, IUtf8SpanFormattable
{
    /// <summary>The most characters that a cursor takes.</summary>
    internal const int MaxLength = 2 * MaxDigits + 1;

    /// <summary>Beyond every offset.</summary>
    internal const long MaxOffset = 999_999_999_999_999;

    /// <summary>What epochs and offsets of stored events stay below, so that counting on never takes more digits than a cursor has.</summary>
    internal const long StoredLimit = 900_000_000_000_000;

    // 15 digits stay exact in a Lua number and reach beyond the year 30000.
    private const int MaxDigits = 15;

    /// <summary><c>0-0</c>, the position before everything.</summary>
    public static Cursor Zero => default;

    /// <summary>The position of the next event in the same epoch.</summary>
    public Cursor Next => this with { Offset = Offset + 1 };

    /// <summary>The position just before this event.</summary>
    public Cursor Previous => this with { Offset = Offset - 1 };

    /// <summary>Whether no event can stand between the two: the next offset, or the first event of a log that was empty.</summary>
    public bool Follows(Cursor previous) => this == previous.Next || (previous == Zero && Offset == 1);

    /// <summary>Reads the only accepted form: decimal digits, a hyphen, decimal digits, no leading zeros.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cursor cursor)
    {
        cursor = default;
        if (text is null || text.Length > MaxLength) return false;
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var written) && TryParse(utf8[..written], out cursor);
    }

    /// <inheritdoc cref="TryParse(string?, out Cursor)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Cursor cursor)
    {
        cursor = default;
        var hyphen = utf8.IndexOf((byte)'-');
        if (hyphen < 0 || !TryParseNumber(utf8[..hyphen], out var epoch) || !TryParseNumber(utf8[(hyphen + 1)..], out var offset))
            return false;
        cursor = new Cursor(epoch, offset);
        return true;
    }

    /// <summary>Reads a cursor that must be well formed.</summary>
    /// <exception cref="FormatException">The text is no cursor.</exception>
    public static Cursor Parse(string text) =>
        TryParse(text, out var cursor) ? cursor : throw new FormatException($"'{text}' is not a cursor; it has the form <epoch>-<offset>, such as 1763694885123-42.");

    /// <summary>Orders by epoch, then by offset.</summary>
    public int CompareTo(Cursor other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Offset.CompareTo(other.Offset);

    /// <summary>Whether the left position is before the right one.</summary>
    public static bool operator <(Cursor left, Cursor right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left position is after the right one.</summary>
    public static bool operator >(Cursor left, Cursor right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left position is before or at the right one.</summary>
    public static bool operator <=(Cursor left, Cursor right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left position is after or at the right one.</summary>
    public static bool operator >=(Cursor left, Cursor right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Offset}");

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        bytesWritten = 0;
        if (!Utf8Formatter.TryFormat(Epoch, utf8Destination, out var epoch) || epoch >= utf8Destination.Length) return false;
        utf8Destination[epoch] = (byte)'-';
        if (!Utf8Formatter.TryFormat(Offset, utf8Destination[(epoch + 1)..], out var offset)) return false;
        bytesWritten = epoch + 1 + offset;
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        return digits.Length is > 0 and <= MaxDigits
            && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && (digits.Length == 1 || digits[0] != (byte)'0')
            && Utf8Parser.TryParse(digits, out value, out _);
    }
}
