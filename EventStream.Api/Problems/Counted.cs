using System.Globalization;

namespace EventStream.Api.Problems;

/// <summary>A number with its noun, for messages.</summary>
internal static class Counted
{
    public static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
