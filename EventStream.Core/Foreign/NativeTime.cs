using System.Text.Json;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>Reads the times that the five systems write. A text that could mean several moments, or only a part of one, means none.</summary>
internal static class NativeTime
{
    // Numbers below are seconds since 1970, those above milliseconds: 1e11 s is the year 5138, 1e11 ms is 1973.
    private const double FirstMilliseconds = 1e11;

    // Smaller numbers count from something else, such as the start of a process: 1e8 s is 1973.
    private const double FirstSeconds = 1e8;

    private const int DateLength = 10;
    private const int MaxFractionDigits = 9;

    /// <summary>ISO 8601 with date and time, and Z, an offset or neither (UTC), with a space or a T; a number of milliseconds or seconds since 1970; PHP's <c>{date, timezone_type, timezone}</c>.</summary>
    /// <returns>The time; null when the value is none of these.</returns>
    public static DateTimeOffset? Read(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => Read(JsonText.Text(text)),
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var count) => Read(count),
        { ValueKind: JsonValueKind.Object } php => ReadPhp(php),
        _ => null,
    };

    /// <inheritdoc cref="Read(JsonElement?)"/>
    public static DateTimeOffset? Read(string? text) => Read(text, "Z");

    private static DateTimeOffset? Read(string? text, string defaultOffset)
    {
        // yyyy-MM-dd HH:mm
        if (text is not { Length: > DateLength + 5 and <= 64 } || text[DateLength] is not ('T' or 't' or ' ')) return null;
        var zone = ZoneAt(text);
        var (time, offset) = (text[(DateLength + 1)..zone].Replace(',', '.'), zone == text.Length ? defaultOffset : text[zone..]);
        if (time.Length == 5) time += ":00";
        if (time.IndexOf('.', StringComparison.Ordinal) is var point and >= 0) time = time[..Math.Min(time.Length, point + 1 + MaxFractionDigits)];
        offset = offset.Length switch { 3 => $"{offset}:00", 5 => $"{offset[..3]}:{offset[3..]}", _ => offset };
        return Rfc3339.TryParse($"{text[..DateLength]}T{time}{offset}", out var read) ? read : null;
    }

    /// <summary>Where the offset of a time begins; its length when it has none.</summary>
    private static int ZoneAt(string text) => text.AsSpan(DateLength).IndexOfAny("Zz+-") is var found and >= 0 ? DateLength + found : text.Length;

    private static DateTimeOffset? Read(double count)
    {
        if (count < FirstSeconds) return null;
        var milliseconds = count < FirstMilliseconds ? count * 1000 : count;
        return milliseconds < 253_402_300_799_000d ? DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds) : null;
    }

    // The date is local; the time zone is an offset, an abbreviation or a name.
    private static DateTimeOffset? ReadPhp(JsonElement php)
    {
        if (JsonText.MemberText(php, "date") is not { } date) return null;
        var zone = JsonText.MemberText(php, "timezone") ?? "UTC";
        if (zone.StartsWith('+') || zone.StartsWith('-')) return Read(date, zone);
        if (Read(date) is not { } local || ZoneAt(date) < date.Length || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var named)) return null;
        var moment = DateTime.SpecifyKind(local.DateTime, DateTimeKind.Unspecified);
        return named.IsInvalidTime(moment) || named.IsAmbiguousTime(moment) ? null : new DateTimeOffset(moment, named.GetUtcOffset(moment)).ToUniversalTime();
    }
}
