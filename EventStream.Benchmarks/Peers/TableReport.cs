using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Peers;

/// <summary>Writes the measurements as a page.</summary>
internal sealed class TableReport(IReadOnlyList<TableEntry> entries)
{
    public async Task<string> WriteAsync()
    {
        var page = new StringBuilder();
        page.AppendLine("# EventStream beside its peers").AppendLine();
        page.AppendLine("Written by `load table` from `RESULTS.jsonl`, where each measurement is a line. Medians; ratios are of one run each, then their median. "
            + "Generator, Redis and server share the processors of one machine over loopback, so the generator's share limits what is reached per second; processor time per delivery and ratios are what carries over. "
            + "Latency counts from the moment an event was meant to be sent. nchan takes its events by POST, whose cost is in its figures; the others take them from Redis. "
            + "\"Logged\" is published by the dispatcher, so that every event is in the log; \"PUBLISH\" isn't, and is what the floor does. "
            + "\"TLS\" is TLS 1.3 with TLS_AES_128_GCM_SHA256 and one certificate (ECDSA, P-256) for both servers; over HTTP/2 each stream has a connection of its own, too.").AppendLine();
        WriteMarks(page);
        WriteFigures(page);
        WriteChecks(page);
        await WriteMachineAsync(page);
        return page.ToString();
    }

    private void WriteMarks(StringBuilder page)
    {
        page.AppendLine("## Marks").AppendLine();
        Row(page, "figure", "column", "mark", "ours", "the other", "ratio, or value (min–max of the runs)", "");
        Row(page, [.. Enumerable.Repeat("---", 7)]);
        foreach (var mark in TableMark.All)
        {
            var ours = ByRun(mark.Column, mark.Figure);
            var other = mark.Against is null ? null : ByRun(mark.Against, mark.Figure);
            var values = ours.Where(run => other is null || other.GetValueOrDefault(run.Key) > 0).Select(run => other is null ? run.Value : run.Value / other[run.Key]).ToList();
            if (values.Count == 0) continue;
            var value = Median(values);
            var format = mark.Against is null ? mark.Figure.Format : "0.00";
            Row(page, mark.Figure.Title, Title(mark.Column), mark.Text, Median(ours.Values).ToString(mark.Figure.Format), other is null ? "" : Median(other.Values).ToString(mark.Figure.Format),
                Spread(values, format), mark.IsMet(value) ? "met" : "**missed**");
        }
        page.AppendLine();
    }

    private void WriteFigures(StringBuilder page)
    {
        var columns = TableColumn.All.Where(column => entries.Any(entry => entry.Column == column.Name)).ToList();
        page.AppendLine("## All figures").AppendLine().AppendLine("Median (min–max of the runs).").AppendLine();
        Row(page, ["", .. columns.Select(column => column.Title)]);
        Row(page, [.. Enumerable.Repeat("---", columns.Count + 1)]);
        foreach (var figure in TableFigure.All)
        {
            string[] cells = [.. columns.Select(column => ByRun(column.Name, figure).Values.ToList() is { Count: > 0 } values ? Spread(values, figure.Format) : "–")];
            if (cells.Any(cell => cell != "–")) Row(page, [figure.Title, .. cells]);
        }
        page.AppendLine();
    }

    private void WriteChecks(StringBuilder page)
    {
        page.AppendLine("## Checks").AppendLine().AppendLine("All runs and scenarios together; every delivery was looked at.").AppendLine();
        Row(page, "", "measurements", "deliveries", "lost", "repeated", "disordered", "of another session", "streams refused", "streams dropped", "trouble");
        Row(page, [.. Enumerable.Repeat("---", 10)]);
        foreach (var column in TableColumn.All)
        {
            var all = entries.Where(entry => entry.Column == column.Name).Select(entry => entry.Figures).ToList();
            if (all.Count == 0) continue;
            Row(page, column.Title, $"{all.Count}", $"{all.Sum(one => one.Delivered):N0}", $"{all.Sum(one => one.Lost)}", $"{all.Sum(one => one.Repeated)}", $"{all.Sum(one => one.Disordered)}", $"{all.Sum(one => one.Strayed)}",
                $"{all.Sum(one => one.Refused)}", $"{all.Sum(one => one.Dropped)}", string.Join("; ", all.Select(one => one.Trouble).Where(trouble => trouble is not null).Distinct()));
        }
        page.AppendLine();
    }

    private async Task WriteMachineAsync(StringBuilder page)
    {
        var processor = (await File.ReadAllLinesAsync("/proc/cpuinfo")).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = long.Parse((await File.ReadAllLinesAsync("/proc/meminfo"))[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0 / 1024.0;
        page.AppendLine("## Machine and versions").AppendLine();
        page.AppendLine($"- {Environment.ProcessorCount} processors ({processor}), {memory:F0} GiB, {RuntimeInformation.OSDescription}; load average before the measurements {entries.Min(entry => entry.LoadAverage):0.0} to {entries.Max(entry => entry.LoadAverage):0.0}, the table's own work included");
        page.AppendLine($"- {RuntimeInformation.FrameworkDescription}; EventStream at {await Tool.FirstLineAsync("git", "-C", SourceTree.PathOf("."), "describe", "--always", "--dirty")}");
        page.AppendLine($"- {await Tool.FirstLineAsync("redis-server", "--version")}");
        page.AppendLine($"- {await Tool.FirstLineAsync("nginx", "-v")}; nchan {await Tool.FirstLineAsync("dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan")}; one worker");
        page.AppendLine($"- {await Tool.FirstLineAsync("g++", "--version")}").AppendLine();
        page.AppendLine("Again, on any machine with the .NET SDK (installs nchan, Redis and g++ from Debian where they are missing):").AppendLine();
        page.AppendLine("    dotnet run -c Release --project EventStream.Benchmarks -- load table --install").AppendLine();
        page.AppendLine("A part of it: `--scenarios paced,sparse` measures these rows anew and leaves the others; `--peers` names the columns. `load --help` tells what each scenario does, `load --self-test` whether the generator tells the truth.");
    }

    private Dictionary<int, double> ByRun(string column, TableFigure figure) => entries
        .Where(entry => entry.Column == column && entry.Figures.Scenario == figure.Scenario && figure.Of(entry.Figures) is not null)
        .ToDictionary(entry => entry.Run, entry => figure.Of(entry.Figures)!.Value);

    private static string Spread(List<double> values, string format) =>
        values.Count == 1 ? values[0].ToString(format) : $"{Median(values).ToString(format)} ({values.Min().ToString(format)}–{values.Max().ToString(format)})";

    private static double Median(IEnumerable<double> values) => new Sample(values).P50;

    private static string Title(string column) => TableColumn.All.First(one => one.Name == column).Title;

    private static void Row(StringBuilder page, params string[] cells) => page.AppendLine($"| {string.Join(" | ", cells)} |");
}
