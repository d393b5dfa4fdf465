using EventStream.Tests.Support;

namespace EventStream.Tests.Chaos;

/// <summary>Collects the rows and writes them to <c>artifacts/chaos.md</c>; with <c>EVENTSTREAM_WRITE_CHAOS=1</c> also to the page that shows them.</summary>
public sealed class ChaosTable : IDisposable
{
    private const string Begin = "<!-- chaos table -->";
    private const string End = "<!-- end of the chaos table -->";

    private readonly SortedDictionary<int, ChaosTableRow> _rows = [];

    public void Dispose()
    {
        if (_rows.Count == 0) return;
        var table = $"{ChaosTableRow.Heading}\n{string.Join('\n', _rows.Values)}\n";
        Directory.CreateDirectory(Repository.PathOf("artifacts"));
        File.WriteAllText(Repository.PathOf("artifacts", "chaos.md"), table);
        if (Environment.GetEnvironmentVariable("EVENTSTREAM_WRITE_CHAOS") == "1") Replace(Repository.PathOf("docs", "operations.md"), table);
    }

    internal void Add(int number, ChaosTableRow row)
    {
        lock (_rows) _rows[number] = _rows.TryGetValue(number, out var before) ? before.With(row) : row;
    }

    private static void Replace(string page, string table)
    {
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin) throw new InvalidOperationException($"{page} has no lines '{Begin}' and '{End}'.");
        File.WriteAllText(page, $"{text[..begin]}{Begin}\n{table}{text[end..]}");
    }
}
