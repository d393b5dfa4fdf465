using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStream.Benchmarks.Load;

/// <summary>The figures of one load. Times per delivery are µs of processor time; latencies are milliseconds from the intended send time.</summary>
internal sealed record LoadFigures
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required string Scenario { get; init; }

    public string? Label { get; init; }

    public string? PublishedBy { get; init; }

    public required int Streams { get; init; }

    public required int Sessions { get; init; }

    public int Refused { get; init; }

    public int Dropped { get; init; }

    public long Events { get; init; }

    public long Delivered { get; init; }

    public long Lost { get; init; }

    public long Repeated { get; init; }

    public long Disordered { get; init; }

    public long Strayed { get; init; }

    public double Seconds { get; init; }

    public double? DeliveriesPerSecond { get; init; }

    public double? EventsPerSecond { get; init; }

    public double? ServerMicroseconds { get; init; }

    public double? RedisMicroseconds { get; init; }

    public double? GeneratorMicroseconds { get; init; }

    /// <summary>The share of one processor.</summary>
    public double? GeneratorPercent { get; init; }

    /// <summary>What the generator's process allocated while it measured; includes the server when it runs in that process.</summary>
    public long? AllocatedBytes { get; init; }

    public double? P50 { get; init; }

    public double? P99 { get; init; }

    public double? Max { get; init; }

    /// <summary>How late the generator itself sent.</summary>
    public double? SendLagP99 { get; init; }

    public double? BytesPerStream { get; init; }

    public double? ConnectMicroseconds { get; init; }

    /// <summary>By how much the server's resident memory grew while it delivered.</summary>
    public long? GrownBytes { get; init; }

    /// <summary>How many times Redis read ranges of logs.</summary>
    public long? LogReads { get; init; }

    /// <summary>How many scripts Redis ran.</summary>
    public long? Scripts { get; init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Trouble { get; init; }

    [JsonIgnore]
    public bool IsWhole => (Lost, Repeated, Disordered, Strayed, Refused, Dropped, Trouble) is (0, 0, 0, 0, 0, 0, null);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString()
    {
        var text = new StringBuilder($"{Label ?? Scenario}: {Streams:N0} streams, {Sessions:N0} sessions");
        if (PublishedBy is not null) text.Append($", {Events:N0} events by {PublishedBy} in {Seconds:F2} s");
        text.AppendLine();
        if (DeliveriesPerSecond is { } deliveries) text.AppendLine($"  {deliveries:N0} deliveries/s, {EventsPerSecond:N0} events/s");
        Add("CPU per delivery", "µs", ("server", ServerMicroseconds), ("Redis", RedisMicroseconds), ("generator", GeneratorMicroseconds));
        if (GeneratorPercent is { } percent) text.AppendLine($"  the generator used {percent:F0} % of one processor");
        Add("latency", "ms", ("p50", P50), ("p99", P99), ("max", Max), ("sent late by (p99)", SendLagP99));
        Add("memory per stream", "bytes", ("server", BytesPerStream));
        Add("memory gained while delivering", "MB", ("server", GrownBytes / 1e6));
        Add("CPU per new stream", "µs", ("server", ConnectMicroseconds));
        if (LogReads is { } reads) text.AppendLine($"  Redis ran {Scripts} scripts with {reads} reads of the log");
        text.AppendLine($"  of {Delivered + Lost:N0} deliveries lost {Lost:N0}, repeated {Repeated:N0}, disordered {Disordered:N0}, of another session {Strayed:N0}; streams refused {Refused:N0}, dropped {Dropped:N0}");
        if (Trouble is not null) text.AppendLine($"  trouble: {Trouble}");
        return text.ToString();

        void Add(string what, string unit, params (string Name, double? Value)[] figures)
        {
            var known = figures.Where(figure => figure.Value is not null).Select(figure => $"{figure.Name} {figure.Value:0.00} {unit}").ToList();
            if (known.Count > 0) text.AppendLine($"  {what}: {string.Join(", ", known)}");
        }
    }
}
