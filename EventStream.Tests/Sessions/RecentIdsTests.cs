using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

public sealed class RecentIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(9000)]
    public void Contains_KnowsTheLastThousand_AfterAny(int count)
    {
        var ids = Enumerable.Range(0, count).Aggregate(new RecentIds(), (known, number) => known.Add($"id-{number}"));
        Enumerable.Range(0, count).Where(number => ids.Contains($"id-{number}")).ShouldBe(Enumerable.Range(Math.Max(0, count - 1000), Math.Min(count, 1000)));
        ids.Contains($"id-{count}").ShouldBeFalse();
    }

    [Fact]
    public void Add_LeavesOthersAsTheyAre_WhenTwoGoOnFromOne()
    {
        var common = new RecentIds().Add("a");
        var (left, right) = (common.Add("left"), common.Add("right"));
        (left.Contains("a"), left.Contains("left"), left.Contains("right")).ShouldBe((true, true, false));
        (right.Contains("a"), right.Contains("left"), right.Contains("right")).ShouldBe((true, false, true));
        common.Contains("left").ShouldBeFalse();
    }

    [Fact]
    public void Contains_IsFalse_WhenThereAreNone() => default(RecentIds).Contains("a").ShouldBeFalse();
}
