using System.Text.Json;
using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>One measurement of the table.</summary>
/// <param name="Run">The number of the run, from 1. Measurements of one run were made shortly after one another.</param>
/// <param name="Column">The peer, and how events were sent to it.</param>
/// <param name="LoadAverage">The machine's load average before the measurement.</param>
/// <param name="Figures">The result.</param>
internal sealed record TableEntry(int Run, string Column, double LoadAverage, LoadFigures Figures)
{
    public string ToLine() => JsonSerializer.Serialize(this, LoadFigures.Json);

    public static TableEntry Parse(string line) => JsonSerializer.Deserialize<TableEntry>(line, LoadFigures.Json) ?? throw new InvalidDataException($"'{line}' is no measurement.");
}
