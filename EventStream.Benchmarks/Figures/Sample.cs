namespace EventStream.Benchmarks.Figures;

/// <summary>Measured values, sorted.</summary>
internal sealed class Sample
{
    private readonly double[] _sorted;

    public Sample(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0) throw new BenchmarkException("Nothing was measured.");
    }

    public int Count => _sorted.Length;

    public double P50 => At(0.5);

    public double P99 => At(0.99);

    public double Max => _sorted[^1];

    public double At(double quantile) => _sorted[(int)Math.Ceiling(quantile * (_sorted.Length - 1))];
}
