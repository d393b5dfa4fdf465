using System.Text;

namespace EventStream.Generator;

/// <summary>Events/EventJsonContext.g.cs: the list of types for System.Text.Json's generator, which can't see what other generators make at build time.</summary>
internal static class EventJsonContextFile
{
    public static string TextOf(IReadOnlyList<CatalogueRow> rows) => new StringBuilder(GeneratedFile.Header).Append("""

        using System.Text.Json.Serialization;
        using EventStream.Events.Payloads;

        namespace EventStream.Events;

        """)
        .Append('\n')
        .AppendJoin("", rows.Select(row => $"[JsonSerializable(typeof({row.Record}))]\n"))
        .Append("internal sealed partial class EventJsonContext;\n")
        .ToString();
}
