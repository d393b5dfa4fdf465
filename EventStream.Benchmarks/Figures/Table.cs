using System.Text;

namespace EventStream.Benchmarks.Figures;

/// <summary>Prints figures as aligned columns, or as rows of a Markdown table.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [columns];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print(bool markdown)
    {
        if (markdown) _rows.Insert(1, [.. columns.Select(_ => "---")]);
        var widths = columns.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            text.AppendLine(markdown
                ? $"| {string.Join(" | ", row)} |"
                : string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
        Console.Write(text);
    }
}
