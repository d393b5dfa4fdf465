using System.Diagnostics.Metrics;

namespace EventStream.Dialects;

/// <summary>What dialects count. Meter <c>EventStream</c>.</summary>
internal static class DialectMetrics
{
    // The catalogue of dialects is one for the whole process, so its meter is too.
    private static readonly Meter Meter = new("EventStream");

    private static readonly Counter<long> Repairs = Meter.CreateCounter<long>("eventstream.dialect.repairs", "{event}", "Events that broke a rule of a dialect, each time that it was mended or left out");

    public static void Repaired(string dialect) => Repairs.Add(1, new KeyValuePair<string, object?>("dialect", dialect));
}
