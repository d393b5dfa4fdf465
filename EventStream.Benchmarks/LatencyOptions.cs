namespace EventStream.Benchmarks;

/// <summary>What <see cref="LatencyRun"/> measures.</summary>
internal sealed record LatencyOptions
{
    public Uri Server { get; init; } = new("http://localhost:8000");

    public string? Redis { get; init; }

    public int Rate { get; init; } = 200;

    public int Seconds { get; init; } = 10;

    /// <summary>Null when an argument is unknown or wrong.</summary>
    public static LatencyOptions? TryParse(string[] args)
    {
        var options = new LatencyOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return null;
            var value = args[i + 1];
            switch (args[i])
            {
                case "--server" when Uri.TryCreate(value, UriKind.Absolute, out var server): options = options with { Server = server }; break;
                case "--redis": options = options with { Redis = value }; break;
                case "--rate" when int.TryParse(value, out var rate) && rate is > 0 and <= 100_000: options = options with { Rate = rate }; break;
                case "--seconds" when int.TryParse(value, out var seconds) && seconds is > 0 and <= 600: options = options with { Seconds = seconds }; break;
                default: return null;
            }
        }
        return options;
    }
}
