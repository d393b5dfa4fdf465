using System.Text.RegularExpressions;

namespace EventStream.Generator;

/// <summary>A row of the table in EventCatalogue.cs.</summary>
internal sealed partial record CatalogueRow(string Family, string Record, string Role)
{
    /// <summary>Whether publishers have a method for the event: control frames come from the server alone, and a request deletes a session.</summary>
    public bool HasMethod => Role is not ("Control" or "DeletesSession");

    public static IReadOnlyList<CatalogueRow> ReadAll(string path) =>
    [
        .. from Match row in Row().Matches(File.ReadAllText(path))
           select new CatalogueRow(row.Groups["family"].Value, row.Groups["record"].Value, row.Groups["role"].Value),
    ];

    [GeneratedRegex("""new\("[a-z_]+", EventFamily\.(?<family>\w+), typeof\((?<record>\w+)\)(, EventRole\.(?<role>\w+))?\)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
