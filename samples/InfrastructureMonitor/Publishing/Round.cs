using EventStream.Dispatching;
using InfrastructureMonitor.Measuring;

namespace InfrastructureMonitor.Publishing;

/// <summary>One measurement of the machine, published as a run: tool calls, metrics, and a message that comes word by word.</summary>
internal sealed class Round(RunPublisher run, CpuMeter cpu, TimeSpan wordPause, CancellationToken cancellationToken)
{
    private const int LargestShown = 5;

    public async Task RunAsync()
    {
        // These two are published even when the user leaves: a run that began must end.
        await run.RunCreatedAsync(cancellationToken: CancellationToken.None);
        await run.RunStartedAsync(cancellationToken: CancellationToken.None);
        try
        {
            await run.RunCompletedAsync(new { summary = await ReportAsync() }, cancellationToken: CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await run.RunCancelledAsync("interrupted", CancellationToken.None);
            throw;
        }
    }

    /// <summary>Measures and tells, in a run that somebody else starts and ends.</summary>
    /// <returns>The figures in words.</returns>
    public async Task<string> ReportAsync()
    {
        var figures = await MeasureAsync();
        await run.MetricsUpdateAsync(figures.Cpu, Figures.Size(figures.Memory.Used), Figures.Size(figures.Disk.Free), figures.Containers,
            new { memory_total = Figures.Size(figures.Memory.Total), disk_total = Figures.Size(figures.Disk.Total), processes = figures.Processes.Count }, cancellationToken);
        var words = figures.InWords();
        await SayAsync(words);
        return words;
    }

    private async Task<Figures> MeasureAsync()
    {
        var load = await CallAsync("read_cpu", new { per = "machine" }, () => cpu.ReadAsync(cancellationToken), percent => new { percent, processors = Environment.ProcessorCount });
        var memory = await CallAsync("read_memory", new { }, () => Task.FromResult(MemoryReading.Read()), reading => new { used_bytes = reading.Used, total_bytes = reading.Total });
        var disk = await CallAsync("read_disks", new { }, () => Task.FromResult(DiskReading.Read()), reading => new { name = reading.Name, free_bytes = reading.Free, total_bytes = reading.Total });
        var processes = await CallAsync("list_processes", new { largest = LargestShown }, () => Task.FromResult(ProcessReading.Read(LargestShown)), reading => new
        {
            count = reading.Count,
            largest = reading.Largest.Select(size => new { id = size.Id, name = size.Name, memory_bytes = size.Bytes }),
        });
        var containers = await CallAsync("count_containers", new { status = "running" }, () => ContainerEngine.CountRunningAsync(cancellationToken), running => new { running });
        return new Figures(load, memory, disk, processes, containers);
    }

    private async Task<T> CallAsync<T>(string tool, object arguments, Func<Task<T>> measure, Func<T, object> shown)
    {
        // Its end is told when it is disposed, with the time that it took.
        await using var call = run.Tool(tool, arguments);
        try
        {
            var result = await measure();
            call.Result(shown(result));
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Fail("interrupted");
            throw;
        }
    }

    private async Task SayAsync(string text)
    {
        // A message that began ends, also when the user leaves in the middle.
        await using var message = run.Message();
        foreach (var word in Words(text))
        {
            await message.WriteAsync(word, cancellationToken);
            await Task.Delay(wordPause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The words with the spaces after them, so that together they are the text again.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var space = text.IndexOf(' ', start);
            var end = space < 0 ? text.Length : space + 1;
            yield return text[start..end];
            start = end;
        }
    }
}
