using System.Diagnostics;
using EventStream.Api.Access;
using EventStream.Api.Access.Keys;
using EventStream.Benchmarks.Figures;

namespace EventStream.Benchmarks.Access;

/// <summary>How long a right, a wrong and an unknown key take, in turn: over HTTP, and in the table of keys alone.</summary>
internal sealed class KeyTimes(KeyedSite site, int tries)
{
    private const int WarmUp = 5000;

    public void Print(bool markdown)
    {
        var table = new Table("times", "right key p50 / p99, µs", "wrong key", "unknown id", "tries of each");
        using var socket = new AskingSocket(site.Server);
        byte[][] requests = [site.WithRightKey(), KeyedSite.WithWrongKey(), KeyedSite.WithUnknownKey()];
        Add(table, "over HTTP, refused with 403 and 401", kind => socket.Ask(requests[kind], kind == 0 ? 403 : 401));

        var (text, hash) = KeySecret.Make("worker");
        var keys = new KeyTable(new AccessSettings { Keys = [new AccessKey("worker", hash, "worker", [])] });
        string[] shown = [text, KeySecret.Make("worker").Text, KeySecret.Make("nobody").Text];
        Add(table, "in the table of keys", kind =>
        {
            if (keys.Find(shown[kind]) is null == (kind == 0)) throw new BenchmarkException("The table of keys answered wrongly.");
        });
        table.Print(markdown);
    }

    private void Add(Table table, string name, Action<int> attempt)
    {
        const int Kinds = 3;
        for (var i = 0; i < WarmUp; i++) attempt(i % Kinds);
        var times = Enumerable.Range(0, Kinds).Select(_ => new List<double>(tries)).ToArray();
        for (var i = 0; i < tries; i++)
        {
            // Each of them is first, second and third equally often.
            for (var turn = 0; turn < Kinds; turn++)
            {
                var kind = (i + turn) % Kinds;
                var start = Stopwatch.GetTimestamp();
                attempt(kind);
                times[kind].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }
        table.Add([name, .. times.Select(of => new Sample(of)).Select(sample => $"{sample.P50:F1} / {sample.P99:F1}"), $"{tries:N0}"]);
    }
}
