using System.CommandLine;
using System.CommandLine.Invocation;
using EventStream.Benchmarks.Commands;
using EventStream.Bus;
using StackExchange.Redis;

namespace EventStream.Benchmarks;

// A named class instead of top-level statements: the tests reference two programs, and both would be called Program.
internal static class BenchmarkProgram
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Loads EventStream from outside and measures it. Every command checks what it received before it prints a figure. "
            + "Without --server and --redis a command starts a redis-server and a server of its own.")
        {
            LatencyCommand.Create(),
            ResumeCommand.Create(),
            HealingCommand.Create(),
            AppendCommand.Create(),
            SlowCommand.Create(),
            MemoryCommand.Create(),
            ClusterCommand.Create(),
            IngestCommand.Create(),
            ProjectCommand.Create(),
            LoadCommand.Create(),
            AttackCommand.Create(),
            AccessCommand.Create(),
            LeaseCommand.Create(),
            PartsCommand.Create(),
            ListenCommand.Create(),
        };
        try
        {
            var parsed = root.Parse(args is [] ? ["--help"] : args);
            if (parsed.Action is ParseErrorAction wrong) wrong.ShowHelp = false;
            // Other work on the machine distorts the figures, so the load average is printed with them.
            if (parsed.Errors.Count == 0 && args.Length > 0) await Console.Error.WriteLineAsync($"{Environment.ProcessorCount} processors, load average {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start");
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is BenchmarkException or InvalidDataException or HttpRequestException or IOException or BusUnavailableException or RedisException or TimeoutException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"No figure: {e.Message}");
            return 1;
        }
    }
}
