using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Parts;

/// <summary>Turns native JSON into canonical events. One run normalises all test vectors of a source, each from an empty session.</summary>
public class NormaliserPart
{
    // The prefixes of the test vectors' ids, by source.
    private static readonly Dictionary<string, string> Numbers = new() { ["eddie"] = "000", ["adk"] = "001", ["argos"] = "002", ["cognesy"] = "003", ["ya-agent"] = "004" };

    private (byte[][] Frames, IngestContext Context, string[] Types)[] _sets = [];

    [Params("eddie", "adk", "argos", "cognesy", "ya-agent")]
    public string Source { get; set; } = "";

    [GlobalSetup]
    public void Read()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(SourceTree.PathOf("EventStream.Tests/Sources/vectors.json")));
        _sets = [.. from vector in file.RootElement.GetProperty("vectors").EnumerateArray()
                    where vector.GetProperty("source").GetString() == Numbers[Source]
                    let input = vector.GetProperty("input")
                    select (FramesOf(input), ContextOf(vector), vector.GetProperty("expect").EnumerateArray().Select(expect => expect.GetProperty("type").GetString()!).ToArray())];
        if (_sets.Length == 0) throw new InvalidDataException($"There are no frames of {Source}.");
        foreach (var (frames, context, types) in _sets)
        {
            var made = new List<Event>();
            new IngestPipeline(Source, context).Ingest(frames, made.AddRange);
            // The vectors list stored events only. The normaliser also makes events after the end of their run, which the log would refuse.
            if (!made.Select(one => one.Type).Take(types.Length).SequenceEqual(types, StringComparer.Ordinal)) throw new InvalidDataException($"{Source} made {string.Join(", ", made.Select(one => one.Type))} where {string.Join(", ", types)} was due.");
        }
    }

    [Benchmark]
    public int Normalise()
    {
        var count = 0;
        foreach (var (frames, context, _) in _sets) new IngestPipeline(Source, context).Ingest(frames, events => count += events.Count);
        return count;
    }

    private static IngestContext ContextOf(JsonElement vector)
    {
        if (!vector.TryGetProperty("context", out var context)) return new IngestContext();
        return new IngestContext { SessionId = Member("session_id"), RunId = Member("run_id"), ProjectId = Member("project_id"), ExecutionId = Member("execution_id"), Class = Member("class") };

        string? Member(string name) => context.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static byte[][] FramesOf(JsonElement input) => input.ValueKind == JsonValueKind.Array
        ? [.. input.EnumerateArray().Select(frame => System.Text.Encoding.UTF8.GetBytes(frame.GetRawText()))]
        : [System.Text.Encoding.UTF8.GetBytes(input.GetRawText())];
}
