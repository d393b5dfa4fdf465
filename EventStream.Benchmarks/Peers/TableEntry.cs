using System.Text.Json;
using EventStream.Benchmarks.Load;

namespace EventStream.Benchmarks.Peers;

/// <summary>One measurement of the table.</summary>
/// <param name="Run">The run, from 1: measurements of one run were made shortly after one another.</param>
/// <param name="Column">The peer and the way.</param>
/// <param name="LoadAverage">Of the machine, before it.</param>
/// <param name="Figures">What was measured.</param>
internal sealed record TableEntry(int Run, string Column, double LoadAverage, LoadFigures Figures)
{
    public string ToLine() => JsonSerializer.Serialize(this, LoadFigures.Json);

    public static TableEntry Parse(string line) => JsonSerializer.Deserialize<TableEntry>(line, LoadFigures.Json) ?? throw new InvalidDataException($"'{line}' is no measurement.");
}
