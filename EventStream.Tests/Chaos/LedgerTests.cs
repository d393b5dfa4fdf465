using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>A session must deliver its own events, the project those of all sessions, each at its position in that stream.</summary>
public sealed class LedgerTests
{
    private static readonly NumberedEvent First = new("p", 1);
    private static readonly NumberedEvent Second = new("p", 2);
    private static readonly NumberedEvent Other = new("q", 1);

    private readonly Ledger _ledger = new();

    public LedgerTests()
    {
        _ledger.Acknowledge(ChaosStage.Session, First, new Cursor(7, 1));
        _ledger.Acknowledge(ChaosStage.Session, Second, cursor: null);
        _ledger.Acknowledge(StreamKey.Session("other"), Other, new Cursor(8, 1));
    }

    [Fact]
    public void Read_GivesASessionItsOwn_WhenOthersHaveMore() =>
        _ledger.Read(ChaosStage.Session, new Dictionary<NumberedEvent, Cursor> { [First] = new(7, 9), [Second] = new(7, 2) })
            .ShouldBe([new Acknowledgement(First, new Cursor(7, 1)), new Acknowledgement(Second, new Cursor(7, 2))]);

    [Fact]
    public void Read_GivesTheProjectAll_WhereItHasThem()
    {
        _ledger.Relay(First, new Cursor(9, 5));
        _ledger.Relay(Other, cursor: null);
        _ledger.Read(ChaosStage.Project, new Dictionary<NumberedEvent, Cursor> { [First] = new(9, 1), [Other] = new(9, 4) })
            .ShouldBe([new Acknowledgement(First, new Cursor(9, 5)), new Acknowledgement(Second, null), new Acknowledgement(Other, new Cursor(9, 4))]);
    }
}
