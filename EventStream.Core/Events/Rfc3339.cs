using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventStream.Events;

/// <summary>Reads moments as RFC 3339 writes them, with any offset; digits beyond milliseconds are cut.</summary>
internal static class Rfc3339
{
    private const int SecondsLength = 19;
    private const int MaxOffsetMinutes = 14 * 60;

    [SuppressMessage("Design", "MA0132", Justification = "Both are UTC.")]
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        // yyyy-MM-dd T HH:mm:ss
        if (text is not [_, _, _, _, '-', _, _, '-', _, _, 'T' or 't', _, _, ':', _, _, ':', _, _, .. var rest]) return false;
        if (!TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month) || !TryNumber(text[8..10], out var day)
            || !TryNumber(text[11..13], out var hour) || !TryNumber(text[14..16], out var minute) || !TryNumber(text[17..SecondsLength], out var second)) return false;
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        if (!TryFraction(ref rest, out var millisecond) || !TryOffset(rest, out var offset)) return false;
        var ticks = new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Unspecified).Ticks - offset * TimeSpan.TicksPerMinute;
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks) return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    // nothing, or '.' and 1 to 9 digits
    private static bool TryFraction(ref ReadOnlySpan<char> rest, out int millisecond)
    {
        millisecond = 0;
        if (rest is not ['.', .. var digits]) return true;
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length is < 1 or > 9) return false;
        for (var i = 0; i < 3; i++) millisecond = 10 * millisecond + (i < length ? digits[i] - '0' : 0);
        rest = digits[length..];
        return true;
    }

    // 'Z', or sign HH:mm
    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is ['Z' or 'z']) return true;
        if (text is not ['+' or '-', _, _, ':', _, _] || !TryNumber(text[1..3], out var hours) || !TryNumber(text[4..6], out var rest) || rest > 59) return false;
        minutes = 60 * hours + rest;
        if (minutes > MaxOffsetMinutes) return false;
        if (text[0] == '-') minutes = -minutes;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
