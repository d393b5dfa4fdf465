namespace EventStream.Events;

/// <summary>Compares names that people have typed.</summary>
internal static class Spelling
{
    /// <summary>The name that was probably meant. Of names that are equally near it is one with the same first letter, which people seldom mistype.</summary>
    public static string Closest(IEnumerable<string> names, string text) => names.OrderBy(name => Distance(name, text)).ThenBy(name => Distance(Beginning(name), Beginning(text))).First();

    /// <summary>The number of letters to insert, delete or replace (Levenshtein); upper and lower case are one.</summary>
    public static int Distance(string one, string other)
    {
        (one, other) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }
        return row[^1];
    }

    private static string Beginning(string text) => text.Length == 0 ? "" : text[..1];
}
