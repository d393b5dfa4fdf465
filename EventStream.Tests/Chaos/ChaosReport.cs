using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>The result of one fault.</summary>
/// <param name="Acknowledged">Events that were acknowledged to publishers.</param>
/// <param name="ByStream">The verdicts on the clients of each stream.</param>
/// <param name="Silence">The longest time in which a reading client received nothing.</param>
/// <param name="Faults">Every broken promise, a sentence each.</param>
internal sealed record ChaosReport(int Acknowledged, ILookup<StreamKey, Verdict> ByStream, TimeSpan Silence, IReadOnlyList<string> Faults)
{
    private const int ShownFaults = 12;

    public IReadOnlyList<Verdict> Verdicts { get; } = [.. ByStream.SelectMany(verdicts => verdicts)];

    public int Reported => Verdicts.Sum(verdict => verdict.Reported);

    public int ReportedOfProject => ByStream[ChaosStage.Project].Sum(verdict => verdict.Reported);

    public int Gaps => Verdicts.Sum(verdict => verdict.Gaps);

    /// <summary>Adds the row, also when promises were broken.</summary>
    public ChaosReport Enter(ChaosTable table, int number, string bus, string fault, TimeSpan? away, string remark)
    {
        string[] remarks = [remark, Reported > 0 ? $"{ReportedOfProject} of these of the project" : "", Verdicts.Sum(verdict => verdict.Withdrawn) is > 0 and var withdrawn ? $"{withdrawn} withdrawn" : ""];
        var row = new ChaosTableRow(bus, fault, Verdicts.Count, Acknowledged, Verdicts.Sum(verdict => (long)verdict.Delivered), Verdicts.Sum(verdict => (long)verdict.Lost),
            Verdicts.Sum(verdict => (long)verdict.Repeated), Reported, away, Silence, string.Join("; ", remarks.Where(part => part.Length > 0)));
        table.Add(number, row);
        TestContext.Current.TestOutputHelper?.WriteLine($"{row}");
        return this;
    }

    public void ShouldBeFaultless() => Faults.Count.ShouldBe(0, string.Join('\n', Faults.Take(ShownFaults)));

    public void ShouldTellNoGap() => Gaps.ShouldBe(0, "A gap was told though the log was never lost.");
}
