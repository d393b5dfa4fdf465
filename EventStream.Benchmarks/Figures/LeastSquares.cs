namespace EventStream.Benchmarks.Figures;

/// <summary>Fits y = c0·x0 + c1·x1 + … to measured points.</summary>
internal static class LeastSquares
{
    /// <remarks>Uses normal equations: the variables of these benchmarks are few and well scaled. Errors count relative to y.</remarks>
    public static double[] Fit(IReadOnlyList<(double[] X, double Y)> points)
    {
        var size = points[0].X.Length;
        var matrix = Enumerable.Range(0, size).Select(_ => new double[size + 1]).ToArray();
        foreach (var (x, y) in points)
        {
            var weight = 1 / (y * y);
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++) matrix[i][j] += weight * x[i] * x[j];
                matrix[i][size] += weight * x[i] * y;
            }
        }
        for (var i = 0; i < size; i++)
        {
            for (var other = 0; other < size; other++)
            {
                if (other == i) continue;
                var factor = matrix[other][i] / matrix[i][i];
                for (var j = i; j <= size; j++) matrix[other][j] -= factor * matrix[i][j];
            }
        }
        return [.. Enumerable.Range(0, size).Select(i => matrix[i][size] / matrix[i][i])];
    }

    /// <summary>The largest relative error of a fit.</summary>
    public static double WorstError(IReadOnlyList<(double[] X, double Y)> points, double[] fit) =>
        points.Max(point => Math.Abs(point.X.Zip(fit, (x, c) => x * c).Sum() - point.Y) / point.Y);
}
