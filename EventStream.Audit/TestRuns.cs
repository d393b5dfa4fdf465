using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EventStream.Audit;

/// <summary>Runs built tests with a fault on.</summary>
internal sealed partial class TestRuns(string folder)
{
    private static readonly TimeSpan QuickTests = TimeSpan.FromSeconds(10);

    private readonly string _tests = Path.Combine(folder, "EventStream.Tests.dll");
    private readonly Dictionary<string, (TimeSpan Time, HashSet<string> Reached)> _classes = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<string>> ClassesAsync()
    {
        var (_, text) = await RunAsync(["-noLogo", "-list", "classes"], [], TimeSpan.FromMinutes(2));
        return [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Runs a class without a fault, and notes which faults it reaches.</summary>
    /// <returns>Whether all its tests passed.</returns>
    public async Task<bool> LearnAsync(string testClass)
    {
        var file = Path.GetTempFileName();
        var began = Stopwatch.GetTimestamp();
        var (code, _) = await RunAsync(["-class", testClass], [(MutantsType.Reached, file)], TimeSpan.FromMinutes(5));
        var (time, reached) = (Stopwatch.GetElapsedTime(began), (await File.ReadAllLinesAsync(file)).ToHashSet(StringComparer.Ordinal));
        lock (_classes) _classes[testClass] = (time, reached);
        File.Delete(file);
        return code == 0;
    }

    /// <summary>How many classes reach a fault.</summary>
    public int Reaching(Mutant mutant) => _classes.Values.Count(each => each.Reached.Contains(mutant.Name));

    /// <summary>Runs the tests that reach a fault, the quick ones first, up to the first that fails twice.</summary>
    /// <returns>Which it is; null when none notices the fault.</returns>
    public async Task<string?> CatchAsync(Mutant mutant, Func<string, bool> isWanted)
    {
        var classes = _classes.Where(each => isWanted(each.Key) && each.Value.Reached.Contains(mutant.Name)).OrderBy(each => each.Value.Time).ToList();
        var (sum, quick) = (TimeSpan.Zero, 0);
        while (quick < classes.Count && (sum += classes[quick].Value.Time) < QuickTests) quick++;
        foreach (var part in new[] { classes[..quick], classes[quick..] })
        {
            if (part.Count == 0) continue;
            var bound = part.Aggregate(TimeSpan.FromSeconds(90), (all, each) => all + each.Value.Time * 3);
            var (code, text) = await RunAsync(["-stopOnFail", .. part.SelectMany(each => new[] { "-class", each.Key })], [(MutantsType.Active, mutant.Name)], bound);
            if (code is null) return "hangs";
            if (code == 0) continue;
            if (Failure().Match(text) is not { Success: true } failed) return "crashes";
            var test = failed.Groups["name"].Value;
            // A busy machine may fail a test too.
            if ((await RunAsync(["-method", test.Split('(')[0]], [(MutantsType.Active, mutant.Name)], bound)).ExitCode != 0) return test;
        }
        return null;
    }

    private Task<(int? ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, IEnumerable<(string, string)> environment, TimeSpan bound) =>
        Command.RunAsync("dotnet", [_tests, "-noColor", .. arguments], folder, environment, bound);

    [GeneratedRegex(@"^\s+(?<name>EventStream\.Tests\..+) \[FAIL\]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Failure();
}
