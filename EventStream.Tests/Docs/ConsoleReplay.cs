using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Docs;

/// <summary>Runs the commands of a document in their order, and compares what they print in shape: ids and times are others, but the same id is the same id everywhere.</summary>
internal sealed partial class ConsoleReplay(Uri server) : IAsyncDisposable
{
    private const string Address = "localhost:8000";

    private readonly Dictionary<string, string> _known = [];
    private readonly Dictionary<string, Watcher> _watchers = [];
    private string _last = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs the block's command to its end; a stream goes on until another command asks for the same address.</summary>
    public async Task RunAsync(ConsoleBlock block)
    {
        if (block.Command is null) await ShouldSayAsync(_watchers[_last], block.Output);
        else if (block.Command.Contains("curl -N", StringComparison.Ordinal)) await WatchAsync(block);
        else
        {
            using var command = Start(block.Command);
            var output = await command.StandardOutput.ReadToEndAsync(Cancel).WaitAsync(Timeouts.Default, Cancel);
            output.ShouldNotContain("\"status\":4", customMessage: block.Command);
            ShouldBeLike(block.Output, [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)], block.Command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watcher in _watchers.Values) await watcher.DisposeAsync();
    }

    private async Task WatchAsync(ConsoleBlock block)
    {
        var path = StreamAddress().Match(block.Command!).Value;
        if (_watchers.Remove(path, out var earlier)) await earlier.DisposeAsync();
        var watcher = _watchers[_last = path] = new Watcher(Start(block.Command!));
        // What follows may want it connected.
        await Eventually.TrueAsync(() => watcher.Lines.Any(line => line.StartsWith("data:", StringComparison.Ordinal)), Cancel);
        await ShouldSayAsync(watcher, block.Output);
    }

    private async Task ShouldSayAsync(Watcher watcher, IReadOnlyList<string> expected)
    {
        await Eventually.TrueAsync(() => watcher.Lines.Count >= watcher.Told + expected.Count, Cancel);
        ShouldBeLike(expected, [.. watcher.Lines.Skip(watcher.Told).Take(expected.Count)], "the stream");
        watcher.Told += expected.Count;
    }

    private void ShouldBeLike(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string what)
    {
        if (expected.Count == 0) return;
        actual.Count.ShouldBe(expected.Count, what);
        for (var i = 0; i < expected.Count; i++)
        {
            var match = PatternOf(expected[i]).Match(actual[i]);
            match.Success.ShouldBeTrue($"{what}\nprints      {actual[i]}\nand not as  {expected[i]}");
            var names = Changing().Matches(expected[i]).ToList();
            // Two events of one moment needn't be of one moment the next time.
            for (var group = 1; group < match.Groups.Count; group++) if (!names[group - 1].Groups["time"].Success) _known.TryAdd(names[group - 1].Value, match.Groups[group].Value);
        }
    }

    private Regex PatternOf(string line)
    {
        var at = 0;
        var pattern = "^";
        foreach (Match changing in Changing().Matches(line))
        {
            pattern += $"{Literal(line[at..changing.Index])}({(_known.TryGetValue(changing.Value, out var known) ? Regex.Escape(known) : changing.Groups["time"].Success ? "[0-9T:.Z+-]+" : "[0-9a-f-]+")})";
            at = changing.Index + changing.Length;
        }
        return new Regex($"{pattern}{Literal(line[at..])}$", RegexOptions.None, Timeouts.Default);
    }

    private static string Literal(string text) => Regex.Escape(text).Replace("…", ".*", StringComparison.Ordinal);

    private Process Start(string command)
    {
        var text = command.Replace(Address, server.Authority, StringComparison.Ordinal);
        foreach (var (shown, real) in _known) text = text.Replace(shown, real, StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // A proxy of the machine isn't for itself.
        start.Environment["NO_PROXY"] = "localhost,127.0.0.1";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(text.StartsWith("curl -N", StringComparison.Ordinal) ? $"exec {text}" : text);
        return TiedProcess.Start(start);
    }

    [GeneratedRegex(@"localhost:8000/[\w/-]*", RegexOptions.NonBacktracking)]
    private static partial Regex StreamAddress();

    [GeneratedRegex(@"\b\d{13}-\d+\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|(?<time>\b\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|\+00:00))", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Changing();

    private sealed class Watcher : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly ConcurrentQueue<string> _lines = new();

        public Watcher(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } text && !text.StartsWith(':')) _lines.Enqueue(text);
            };
            process.BeginOutputReadLine();
        }

        public ConcurrentQueue<string> Lines => _lines;

        public int Told { get; set; }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }
    }
}
