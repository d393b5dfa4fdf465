using EventStream.Events;

namespace EventStream.Api;

/// <summary>The query parameter <c>limit</c> of what is read in pages.</summary>
internal static class PageLimit
{
    public const int Max = 1000;

    /// <exception cref="EventRejectedException">It is no number from 1 to <see cref="Max"/>.</exception>
    public static int Parse(string? text, int byDefault)
    {
        if (string.IsNullOrEmpty(text)) return byDefault;
        return int.TryParse(text, out var limit) && limit is >= 1 and <= Max
            ? limit
            : throw new EventRejectedException("limit", $"is '{text}'; it must be a number from 1 to {Max}.");
    }
}
