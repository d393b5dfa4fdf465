using System.Collections.Concurrent;

namespace EventStream.Audit;

/// <summary>One audit, from the choice of the faults to the table.</summary>
internal sealed class AuditRun(AuditOptions options) : IDisposable
{
    private readonly string _root = FindRoot();
    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-audit-").FullName;

    private string Tests => Path.Combine(_folder, "tests");

    /// <returns>The exit code: 0 when every fault was caught.</returns>
    public async Task<int> RunAsync()
    {
        CopyTests();
        var chosen = new Dictionary<Area, List<Mutant>>();
        foreach (var project in options.Areas.GroupBy(area => area.Project)) await ChooseAsync(project, chosen);
        var runs = new TestRuns(Tests);
        var classes = (await runs.ClassesAsync()).Where(name => options.Areas.Any(area => area.IsTestedBy(name))).ToList();
        Console.WriteLine($"{chosen.Sum(each => each.Value.Count)} faults, {classes.Count} classes of tests");
        await EachAsync(classes, async name =>
        {
            if (!await runs.LearnAsync(name)) Console.WriteLine($"{name} fails without a fault, and isn't used.");
        });
        var caught = new ConcurrentDictionary<Mutant, string>();
        await EachAsync(chosen.SelectMany(each => each.Value.Select(mutant => (Area: each.Key, Mutant: mutant))), async each =>
        {
            if (await runs.CatchAsync(each.Mutant, each.Area.IsTestedBy) is { } by) caught[each.Mutant] = by;
            else Console.WriteLine($"SURVIVED {each.Mutant.File}:{each.Mutant.Line}  {each.Mutant.Change}  (reached by {runs.Reaching(each.Mutant)} classes; {each.Mutant.Name})");
        });
        foreach (var (mutant, by) in caught.OrderBy(each => each.Key.Name, StringComparer.Ordinal)) Console.WriteLine($"caught {mutant.File}:{mutant.Line}  {mutant.Change}  by {by}");
        Console.WriteLine("\n| folder | caught | of |\n|---|---|---|");
        foreach (var (area, mutants) in chosen) Console.WriteLine($"| {area.Folder} | {mutants.Count(caught.ContainsKey)} | {mutants.Count} |");
        return chosen.Values.Sum(mutants => mutants.Count) == caught.Count ? 0 : 1;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Chooses faults until as many compile as were asked for.</summary>
    private async Task ChooseAsync(IGrouping<string, Area> project, Dictionary<Area, List<Mutant>> chosen)
    {
        var compilation = new Compilation(_root, project.Key, _folder, Tests);
        var random = new Random(options.Seed);
        var left = new Dictionary<Area, Queue<Mutant>>();
        foreach (var area in project)
        {
            var all = compilation.Find(area.Folder).ToArray();
            random.Shuffle(all);
            Console.WriteLine($"{area.Folder}: {all.Length} possible faults");
            (left[area], chosen[area]) = (new Queue<Mutant>(all), []);
        }
        while (true)
        {
            foreach (var area in project)
            {
                while (chosen[area].Count < options.Sample && left[area].TryDequeue(out var next)) chosen[area].Add(next);
            }
            var wrong = await compilation.TryCompileAsync([.. project.SelectMany(area => chosen[area])]);
            if (wrong.Count == 0) return;
            foreach (var area in project) chosen[area].RemoveAll(wrong.Contains);
        }
    }

    private Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> act) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel }, async (item, _) => await act(item));

    private void CopyTests()
    {
        var built = Path.Combine(_root, "artifacts", "bin", "EventStream.Tests", "release");
        if (!Directory.Exists(built)) throw new InvalidOperationException("Build the tests first: dotnet build EventStream.Tests -c Release -p:BuildsInspector=false");
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Tests, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(Environment.CurrentDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EventStream.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("Run it inside a checkout.");
        return folder.FullName;
    }
}
