using InfrastructureMonitor.Measuring;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

public sealed class MeasuringTests
{
    [Fact]
    public void Parse_CountsIdleAndWaiting_AsNotBusy() =>
        CpuTimes.Parse("cpu  100 10 50 800 20 5 15 0 7 7").ShouldBe(new CpuTimes(180, 1000));

    [Theory]
    [InlineData("")]
    [InlineData("cpu0 1 2 3 4 5 6 7 8")]
    [InlineData("cpu 1 2 3")]
    [InlineData("cpu a b c d e f g h")]
    public void Parse_ReturnsNull_WhenTheLineIsNoProcStat(string line) => CpuTimes.Parse(line).ShouldBeNull();

    [Theory]
    [InlineData(50, 200, 25)]
    [InlineData(200, 200, 100)]
    [InlineData(0, 0, 0)]
    [InlineData(-5, 10, 0)]
    public void PercentSince_StaysBetween0And100_Always(double busy, double total, double percent) =>
        new CpuTimes(1000 + busy, 5000 + total).PercentSince(new CpuTimes(1000, 5000)).ShouldBe(percent);

    [Fact]
    public async Task ReadAsync_MeasuresThisMachine_WithinBounds()
    {
        var meter = new CpuMeter(TimeProvider.System);
        (await meter.ReadAsync(TestContext.Current.CancellationToken)).ShouldBeInRange(0, 100);
        (await meter.ReadAsync(TestContext.Current.CancellationToken)).ShouldBeInRange(0, 100);
    }

    [Fact]
    public void Parse_ReadsTotalAndAvailable_OfMeminfo() =>
        MemoryReading.Parse(["MemTotal:       16000000 kB", "MemFree: 1 kB", "MemAvailable:    4000000 kB"]).ShouldBe(new MemoryReading(12_000_000L * 1024, 16_000_000L * 1024));

    [Fact]
    public void Parse_ReturnsNull_WhenMeminfoLacksAFigure() => MemoryReading.Parse(["MemTotal: 16 kB"]).ShouldBeNull();

    [Fact]
    public void Read_MeasuresThisMachine_WithRealFigures()
    {
        var memory = MemoryReading.Read();
        memory.Used.ShouldBeInRange(1, memory.Total);
        var disk = DiskReading.Read();
        disk.Free.ShouldBeInRange(0, disk.Total);
        disk.Total.ShouldBeGreaterThan(0);
        var processes = ProcessReading.Read(largest: 3);
        processes.Count.ShouldBeGreaterThan(0);
        processes.Largest.Count.ShouldBeInRange(1, 3);
        processes.Largest.Select(size => size.Bytes).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task CountRunningAsync_IsZero_WhenNoEngineAnswers() =>
        (await ContainerEngine.CountRunningAsync(TestContext.Current.CancellationToken, "/nowhere/engine.sock")).ShouldBe(0);

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1KB")]
    [InlineData(1048575, "1MB")]
    [InlineData(3435973837, "3.2GB")]
    [InlineData(53687091200, "50GB")]
    [InlineData(2199023255552, "2TB")]
    public void Size_HasOneDigitAndAUnit_Always(long bytes, string text) => Figures.Size(bytes).ShouldBe(text);

    [Fact]
    public void InWords_NamesTheFigures_AndWarnsOfAFullDisk()
    {
        const long gigabyte = 1024 * 1024 * 1024;
        new Figures(12.5, new(3 * gigabyte, 16 * gigabyte), new("/", 5 * gigabyte, 100 * gigabyte), new(120, [new(7, "redis-server", gigabyte / 2)]), 2).InWords().ShouldBe(
            "The machine is mostly idle: 12.5 % of its processors, 3GB of 16GB memory. 5GB of 100GB are free on /."
            + " There are 120 processes, the largest of which is redis-server with 512MB. 2 containers are running. The disk is nearly full: make room soon.");
    }
}
