using System.Globalization;
using FsCheck;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Checks properties with the same random cases in every run, so that a failure comes from the change at hand.</summary>
/// <remarks>
/// <c>EVENTSTREAM_SEED=random</c> tries new cases. <c>&lt;seed&gt;,&lt;gamma&gt;</c> repeats the cases of a run, and with <c>,&lt;size&gt;</c> after it a single case.
/// <c>EVENTSTREAM_CASES</c> multiplies the number of cases.
/// </remarks>
internal static class PropertyCheck
{
    private static readonly string? AskedSeed = Environment.GetEnvironmentVariable("EVENTSTREAM_SEED");
    private static readonly string? AskedFactor = Environment.GetEnvironmentVariable("EVENTSTREAM_CASES");

    /// <summary>The seed of a test's random cases.</summary>
    public static Rnd Seed => ReplayOf(AskedSeed).Rnd;

    /// <summary>Fails with the case that breaks the property, and says how to repeat it.</summary>
    public static void Run(int cases, Property property) => Check.One(ConfigOf(cases, AskedSeed, AskedFactor), property);

    public static Config ConfigOf(int cases, string? seed, string? factor) =>
        Config.Quick.WithRunner(new ThrowingRunner()).WithMaxTest(checked(cases * FactorOf(factor))).WithReplay(FSharpOption<Replay>.Some(ReplayOf(seed)));

    private static Replay ReplayOf(string? asked)
    {
        if (string.IsNullOrEmpty(asked)) return new Replay(new Rnd(2026), FSharpOption<int>.None);
        if (asked == "random") return new Replay(new Rnd((ulong)Random.Shared.NextInt64()), FSharpOption<int>.None);
        var parts = asked.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is 2 or 3 && TryParse(parts[0], out var seed) && TryParse(parts[1], out var gamma) && gamma % 2 == 1)
        {
            if (parts.Length == 2) return new Replay(new Rnd(seed, gamma), FSharpOption<int>.None);
            if (int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return new Replay(new Rnd(seed, gamma), FSharpOption<int>.Some(size));
        }
        throw new FormatException($"EVENTSTREAM_SEED is '{asked}'; it is random, or what a failed property says: <seed>,<gamma> or <seed>,<gamma>,<size>.");
    }

    private static int FactorOf(string? asked)
    {
        if (string.IsNullOrEmpty(asked)) return 1;
        return int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : throw new FormatException($"EVENTSTREAM_CASES is '{asked}'; it is how many times as many cases to check, such as 30.");
    }

    private static bool TryParse(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private sealed class ThrowingRunner : IRunner
    {
        public void OnStartFixture(Type type)
        {
        }

        public void OnArguments(int number, FSharpList<object> arguments, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> show)
        {
        }

        public void OnShrink(FSharpList<object> arguments, FSharpFunc<FSharpList<object>, string> show)
        {
        }

        public void OnFinished(string name, FsCheck.TestResult result)
        {
            if (result is FsCheck.TestResult.Passed) return;
            var text = Runner.onFinishedToString(name, result);
            Assert.Fail(result is FsCheck.TestResult.Failed { Item6: var seed, Item7: var size }
                ? $"Check this case again with EVENTSTREAM_SEED={seed.Seed},{seed.Gamma},{size} ./test.sh {TestContext.Current.Test?.TestDisplayName}\n{text}"
                : text);
        }
    }
}
