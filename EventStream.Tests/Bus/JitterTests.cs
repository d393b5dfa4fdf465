using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

/// <summary>Values fill their range. Of 1,000 values none is in a given tenth of it once in 10^45 times.</summary>
public sealed class JitterTests
{
    private const int Values = 1000;

    [Fact]
    public void HalfToAll_FillsItsRange_Evenly() => Fill(() => Jitter.HalfToAll(TimeSpan.FromSeconds(10)).TotalSeconds, 5, 10);

    [Fact]
    public void Around_FillsItsRange_Evenly()
    {
        Fill(() => Jitter.Around(100, 0.2), 80, 120);
        Fill(() => Jitter.Around(TimeSpan.FromMinutes(30), 0.2).TotalMinutes, 24, 36);
    }

    [Fact]
    public void Between_FillsItsRange_Evenly() => Fill(() => Jitter.Between(-1, 3), -1, 3);

    private static void Fill(Func<double> next, double least, double most)
    {
        var values = Enumerable.Range(0, Values).Select(_ => next()).ToArray();
        values.ShouldAllBe(value => value >= least && value <= most);
        values.GroupBy(value => Math.Min((int)((value - least) / (most - least) * 10), 9)).Count().ShouldBe(10);
    }
}
