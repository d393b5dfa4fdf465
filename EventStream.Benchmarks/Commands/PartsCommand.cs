using System.CommandLine;
using BenchmarkDotNet.Running;
using EventStream.Benchmarks.Parts;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures single parts with BenchmarkDotNet.</summary>
internal static class PartsCommand
{
    private static readonly Option<string> Filter = new("--filter") { Description = "The parts to run, such as *AppendPart*.", HelpName = "GLOB", DefaultValueFactory = _ => "*" };
    private static readonly Option<bool> Short = new("--short") { Description = "Run each part once, to see that it works; the times mean nothing." };

    public static Command Create()
    {
        var command = new Command("parts", "Time and allocation of single parts, measured by BenchmarkDotNet. Each part checks its output before it is measured.") { Filter, Short };
        command.SetAction(parsed =>
        {
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(PartsCommand).Assembly).Run(["--filter", parsed.GetValue(Filter)!], PartsConfig.Create(parsed.GetValue(Short))).ToList();
            return summaries.Count > 0 && summaries.All(summary => summary.Reports.Length > 0 && summary.Reports.All(report => report.Success)) ? 0 : 1;
        });
        return command;
    }
}
