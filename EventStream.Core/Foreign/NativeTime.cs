using System.Globalization;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>Reads the times that the five systems write.</summary>
internal static class NativeTime
{
    // Numbers below are seconds since 1970, those above milliseconds: 1e11 s is the year 5138, 1e11 ms is 1973.
    private const double FirstMilliseconds = 1e11;

    /// <summary>ISO 8601 with Z, offset or neither (UTC), with a space or a T; a number of milliseconds or seconds since 1970; PHP's <c>{date, timezone_type, timezone}</c>.</summary>
    /// <returns>The time; null when the value is none of these.</returns>
    public static DateTimeOffset? Read(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => Read(JsonText.Text(text)),
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var count) => Read(count),
        { ValueKind: JsonValueKind.Object } php => ReadPhp(php),
        _ => null,
    };

    /// <inheritdoc cref="Read(JsonElement?)"/>
    public static DateTimeOffset? Read(string? text) =>
        text is { Length: >= 10 and <= 64 } && char.IsAsciiDigit(text[0])
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static DateTimeOffset? Read(double count)
    {
        var milliseconds = Math.Abs(count) < FirstMilliseconds ? count * 1000 : count;
        return milliseconds is > -62_135_596_800_000d and < 253_402_300_799_000d ? DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds) : null;
    }

    private static DateTimeOffset? ReadPhp(JsonElement php)
    {
        if (JsonText.MemberText(php, "date") is not { } date) return null;
        var zone = JsonText.MemberText(php, "timezone") ?? "UTC";
        if (Read($"{date}{(zone.StartsWith('+') || zone.StartsWith('-') ? zone : "")}") is not { } local) return null;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var named)) return local;
        return local - named.GetUtcOffset(local.UtcDateTime);
    }
}
