using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace EventStream.Benchmarks.Parts;

/// <summary>Configures the parts to run in this process: a project that BenchmarkDotNet generates wouldn't build under the rules of this tree.</summary>
internal static class PartsConfig
{
    public static IConfig Create(bool isShort)
    {
        var job = (isShort ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "eventstream-parts"));
    }
}
