using System.Globalization;

namespace EventStream.Audit;

/// <summary>What an audit is asked for.</summary>
internal sealed record AuditOptions
{
    private const string Usage = """
        Usage: dotnet run --project EventStream.Audit -c Release -- [FOLDER...] [--sample 25] [--seed 1] [--parallel 2]

        Puts small faults into the code, one at a time, and lists those that no test notices. Build the tests before:
        dotnet build EventStream.Tests -c Release -p:BuildsInspector=false

          FOLDER      Streaming, Bus, Dispatching or Sources; all by default
          --sample    how many faults a folder
          --seed      which ones: the same number and code, the same faults
          --parallel  how many test runs at once
        """;

    public IReadOnlyList<Area> Areas { get; private init; } = Area.All;

    public int Sample { get; private init; } = 25;

    public int Seed { get; private init; } = 1;

    public int Parallel { get; private init; } = 2;

    /// <returns>Null when the usage was printed instead.</returns>
    public static AuditOptions? Parse(string[] arguments)
    {
        var (options, areas) = (new AuditOptions(), new List<Area>());
        for (var i = 0; i < arguments.Length; i++)
        {
            if (Area.All.FirstOrDefault(area => area.Folder == arguments[i]) is { } named)
            {
                areas.Add(named);
                continue;
            }
            int? number = i + 1 < arguments.Length && int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
            switch (arguments[i])
            {
                case "--sample" when number is > 0: options = options with { Sample = number.Value }; break;
                case "--seed" when number is not null: options = options with { Seed = number.Value }; break;
                case "--parallel" when number is > 0: options = options with { Parallel = number.Value }; break;
                default:
                    Console.Error.WriteLine(Usage);
                    return null;
            }
            i++;
        }
        return areas.Count > 0 ? options with { Areas = areas } : options;
    }
}
