using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Support;

public sealed partial class PropertyCheckTests
{
    private static readonly Gen<int> Numbers = Gen.Choose(0, int.MaxValue - 1);

    [Fact]
    public void ConfigOf_GivesTheSameCases_EachTime()
    {
        var cases = CasesOf(PropertyCheck.ConfigOf(50, null, null));
        cases.Count.ShouldBe(50);
        cases.Distinct().Count().ShouldBeGreaterThan(40);
        CasesOf(PropertyCheck.ConfigOf(50, "", "")).ShouldBe(cases);
    }

    [Fact]
    public void ConfigOf_GivesOtherCases_WhenTheSeedIsAnother()
    {
        var cases = CasesOf(PropertyCheck.ConfigOf(50, null, null));
        CasesOf(PropertyCheck.ConfigOf(50, "random", null)).ShouldNotBe(cases);
        CasesOf(PropertyCheck.ConfigOf(50, "7,9", null)).ShouldNotBe(cases);
        CasesOf(PropertyCheck.ConfigOf(50, "7,9", null)).ShouldBe(CasesOf(PropertyCheck.ConfigOf(50, "7, 9", null)));
    }

    [Fact]
    public void ConfigOf_GivesMoreCases_ByTheFactor() => CasesOf(PropertyCheck.ConfigOf(50, null, "3")).Count.ShouldBe(150);

    [Fact]
    public void Failure_NamesTheSeed_ThatGivesTheCaseAlone()
    {
        var failed = 0;
        var seen = 0;
        var config = PropertyCheck.ConfigOf(50, "random", "2");
        var message = Should.Throw<Exception>(() => Check.One(config, Prop.ForAll(Numbers.ToArbitrary(), number => ++seen < 20 || (failed = number) < 0))).Message;
        message.ShouldContain($"{failed}");
        message.ShouldContain($"./test.sh {typeof(PropertyCheckTests).FullName}.{nameof(Failure_NamesTheSeed_ThatGivesTheCaseAlone)}");
        CasesOf(PropertyCheck.ConfigOf(50, Seed().Match(message).Groups["seed"].Value, null)).ShouldBe([failed]);
    }

    [Theory]
    [InlineData("7", null)]
    [InlineData("7,8", null)]
    [InlineData("a,9", null)]
    [InlineData("7,9,x", null)]
    [InlineData("7,9,1,1", null)]
    [InlineData(null, "0")]
    [InlineData(null, "-1")]
    [InlineData(null, "many")]
    public void ConfigOf_Fails_WhenAVariableMakesNoSense(string? seed, string? factor) =>
        Should.Throw<FormatException>(() => PropertyCheck.ConfigOf(50, seed, factor)).Message.ShouldContain(seed is null ? "EVENTSTREAM_CASES" : "EVENTSTREAM_SEED");

    private static List<int> CasesOf(Config config)
    {
        var cases = new List<int>();
        Check.One(config, Prop.ForAll(Numbers.ToArbitrary(), cases.Add));
        return cases;
    }

    [GeneratedRegex("EVENTSTREAM_SEED=(?<seed>[0-9,]+) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Seed();
}
