using System.Net;
using System.Net.WebSockets;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>The judge finds every kind of broken promise.</summary>
public sealed class VerdictTests
{
    private static readonly Cursor Start = new(7, 0);
    private static readonly Observation Join = new Observation.Joined("none", Start);

    [Fact]
    public void Judge_FindsNothing_WhenEverythingCameOnceAndInOrder()
    {
        var verdict = Judge(Promised(1, 2, 3), [Join, Seen(1), Seen(2), new Observation.Joined("full", At(2)), Seen(3)]);
        verdict.Faults.ShouldBeEmpty();
        (verdict.Delivered, verdict.Lost, verdict.Repeated, verdict.Reported, verdict.Gaps).ShouldBe((3, 0, 0, 0, 0));
    }

    [Fact]
    public void Judge_FindsALoss_AtTheEnd()
    {
        var verdict = Judge(Promised(1, 2, 3), [Join, Seen(1), Seen(2)]);
        (verdict.Delivered, verdict.Lost).ShouldBe((2, 1));
        verdict.Faults.ShouldBe(["p/3 at 7-3 was lost."]);
    }

    [Fact]
    public void Judge_FindsALossAndTheJump_InTheMiddle()
    {
        var verdict = Judge(Promised(1, 2, 3), [Join, Seen(1), Seen(3)]);
        verdict.Lost.ShouldBe(1);
        verdict.Faults.ShouldBe(["p/3 came at 7-3 after 7-1.", "p/2 at 7-2 was lost."]);
    }

    [Fact]
    public void Judge_FindsALoss_WhenThePlaceIsUnknown()
    {
        Judge([new Acknowledgement(new NumberedEvent("p", 1), null)], [Join]).Lost.ShouldBe(1);
    }

    [Fact]
    public void Judge_FindsARepetition_OverAConnectionToo()
    {
        var verdict = Judge(Promised(1, 2), [Join, Seen(1), Seen(2), new Observation.Joined("full", At(2)), Seen(2)]);
        verdict.Repeated.ShouldBe(1);
        verdict.Faults.ShouldContain("p/2 came again, at 7-2 after 7-2.");
    }

    [Fact]
    public void Judge_FindsARepetition_WhenTheEventStandsInTwoPlaces()
    {
        var verdict = Judge(Promised(1, 2), [Join, Seen(1), Seen(2), new Observation.Seen(new NumberedEvent("p", 1), At(3))]);
        verdict.Repeated.ShouldBe(1);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(2, 1)]
    public void Judge_LetsAnEventComeAgain_OnlyWhenItWasAcknowledgedInTheNewEpoch(int again, int repeated)
    {
        var now = new Cursor(8, 1);
        var fresh = new NumberedEvent("p", again);
        var verdict = Judge([.. Promised(1, 2), new Acknowledgement(new NumberedEvent("p", 3), now)],
            [Join, Seen(1), Seen(2), Seen(3), new Observation.Gap(At(3), new Cursor(8, 0)), new Observation.Seen(fresh, now)]);
        (verdict.Withdrawn, verdict.Repeated).ShouldBe((1, repeated));
        verdict.Faults.Any(fault => fault.StartsWith("p/2 came again", StringComparison.Ordinal)).ShouldBe(repeated == 1);
    }

    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(4, 0, 1)]
    public void Judge_CountsWhatWasTold_WhenThePlaceIsUnknownButAGapLiesBetweenItsNeighbours(int unknown, int told, int lost)
    {
        Acknowledgement[] promised =
        [
            new(new NumberedEvent("p", 1), At(1)), new(new NumberedEvent("p", 3), new Cursor(8, 1)), new(new NumberedEvent("p", 5), new Cursor(8, 2)), new(new NumberedEvent("p", unknown), null),
        ];
        var verdict = Judge(promised,
            [Join, Seen(1), new Observation.Gap(At(1), new Cursor(8, 0)), new Observation.Seen(new NumberedEvent("p", 3), new Cursor(8, 1)), new Observation.Seen(new NumberedEvent("p", 5), new Cursor(8, 2))]);
        (verdict.Reported, verdict.Lost).ShouldBe((told, lost));
    }

    [Fact]
    public void Judge_FindsDisorder_OfOnePublisher()
    {
        var verdict = Judge([], [Join, new Observation.Seen(new NumberedEvent("p", 2), At(1)), new Observation.Seen(new NumberedEvent("p", 1), At(2))]);
        verdict.Faults.ShouldBe(["p/1 came after number 2."]);
    }

    [Fact]
    public void Judge_FindsDisorder_OfCursors()
    {
        var verdict = Judge(Promised(1, 2), [Join, Seen(2), Seen(1)]);
        verdict.Faults.ShouldContain("p/1 came at 7-1 after 7-2.");
    }

    [Fact]
    public void Judge_FindsAnotherPlace_ThanWasPromised()
    {
        var verdict = Judge([new Acknowledgement(new NumberedEvent("p", 1), At(2))], [Join, Seen(1)]);
        verdict.Faults.ShouldBe(["p/1 came at 7-1 but was acknowledged at 7-2."]);
    }

    [Fact]
    public void Judge_CountsWhatWasTold_WhenItIsGone()
    {
        var verdict = Judge(Promised(1, 2, 3, 4), [Join, Seen(1), new Observation.Gap(At(1), At(3)), Seen(4)], 4);
        verdict.Faults.ShouldBeEmpty();
        (verdict.Reported, verdict.Lost, verdict.Gaps).ShouldBe((2, 0, 1));
    }

    [Fact]
    public void Judge_CountsWhatAPartialResumeTold_WhenItIsGone()
    {
        var verdict = Judge(Promised(1, 2, 3, 4), [Join, Seen(1), new Observation.Joined("partial", At(3)), Seen(4)], 4);
        verdict.Faults.ShouldBeEmpty();
        (verdict.Reported, verdict.Gaps).ShouldBe((2, 1));
    }

    [Fact]
    public void Judge_CountsWhatAnEpochTook_WhenItWasTold()
    {
        var next = new Cursor(8, 1);
        var verdict = Judge(
            [.. Promised(1, 2), new Acknowledgement(new NumberedEvent("p", 3), next)],
            [Join, Seen(1), new Observation.Gap(At(1), next.Previous), new Observation.Seen(new NumberedEvent("p", 3), next)], 3);
        verdict.Faults.ShouldBeEmpty();
        verdict.Reported.ShouldBe(1);
    }

    [Theory]
    [InlineData(7, 3, 1)]
    [InlineData(8, 0, 0)]
    public void Judge_CountsWhatAnEpochTook_WhenAnotherEventHadItsPlace(long epoch, long offset, int lost)
    {
        var other = new NumberedEvent("q", 1);
        var next = new Cursor(epoch, offset).Next;
        var verdict = Judge([.. Promised(1, 2), new Acknowledgement(other, At(2)), new Acknowledgement(new NumberedEvent("p", 3), next)],
            [Join, Seen(1), new Observation.Seen(other, At(2)), new Observation.Gap(At(2), next.Previous), new Observation.Seen(new NumberedEvent("p", 3), next)], 1, 3);
        (verdict.Reported, verdict.Lost).ShouldBe((1 - lost, lost));
    }

    [Fact]
    public void Judge_FindsALie_WhenTheLogHoldsWhatWasToldToBeGone()
    {
        var verdict = Judge(Promised(1, 2, 3), [Join, Seen(1), new Observation.Gap(At(1), At(2)), Seen(3)], 1, 2, 3);
        (verdict.Reported, verdict.Lost).ShouldBe((0, 1));
        verdict.Faults.ShouldBe(["p/2 at 7-2 was told to be gone, but the log holds it."]);
    }

    [Fact]
    public void Judge_FindsAGap_ThatNamesTooLittle()
    {
        var verdict = Judge(Promised(1, 2, 3, 4), [Join, Seen(1), new Observation.Gap(At(1), At(2)), Seen(4)], 4);
        (verdict.Reported, verdict.Lost).ShouldBe((1, 1));
        verdict.Faults.ShouldBe(["p/4 came at 7-4 after 7-2.", "p/3 at 7-3 was lost."]);
    }

    [Fact]
    public void Judge_FindsAGap_ThatBeginsElsewhere()
    {
        var verdict = Judge(Promised(1, 2, 3), [Join, Seen(1), Seen(2), new Observation.Gap(At(1), At(2)), Seen(3)]);
        verdict.Faults.ShouldBe(["A gap was told from 7-1 to 7-2, but it stood at 7-2."]);
    }

    [Fact]
    public void Judge_WithdrawsWhatWasSeen_WhenItWasToldThatTheLogWentBack()
    {
        var verdict = Judge(
            [.. Promised(1), new Acknowledgement(new NumberedEvent("q", 1), At(2)), new Acknowledgement(new NumberedEvent("p", 2), At(3))],
            [Join, Seen(1), Seen(2), new Observation.Gap(At(2), At(1)), new Observation.Seen(new NumberedEvent("q", 1), At(2)), new Observation.Seen(new NumberedEvent("p", 2), At(3))]);
        verdict.Faults.ShouldBeEmpty();
        (verdict.Delivered, verdict.Repeated, verdict.Withdrawn, verdict.Positions.Count).ShouldBe((3, 0, 1, 3));
    }

    [Fact]
    public void Judge_FindsALie_WhenItWasToldThatTheLogWentBackButItHoldsWhatWasSeen()
    {
        Judge(Promised(1, 2), [Join, Seen(1), Seen(2), new Observation.Joined("partial", At(1))], 1, 2).Faults.ShouldBe(["p/2 at 7-2 was told to be gone, but the log holds it."]);
        Judge(Promised(1, 2), [Join, Seen(1), Seen(2), new Observation.Joined("partial", At(1))], 1).Reported.ShouldBe(1);
    }

    [Fact]
    public void Judge_FindsARepetition_BehindAGapThatWithdrawsNothing()
    {
        Judge([], [Join, Seen(1), new Observation.Gap(At(1), new Cursor(8, 0)), new Observation.Seen(new NumberedEvent("p", 1), new Cursor(8, 1))]).Repeated.ShouldBe(1);
    }

    [Fact]
    public void Judge_FindsAStreamThatStartsOver_WithoutAWord()
    {
        var verdict = Judge(Promised(1, 2), [Join, Seen(1), new Observation.Joined("none", At(2))]);
        verdict.Faults.ShouldBe(["It came back with 7-1 and was started over at 7-2 without a word.", "p/2 at 7-2 was lost."]);
    }

    [Fact]
    public void Judge_FindsAFullResume_ThatIsNot()
    {
        var verdict = Judge(Promised(1, 2), [Join, Seen(1), new Observation.Joined("full", At(2))]);
        verdict.Faults.ShouldBe(["It came back with 7-1 and was put at 7-2.", "p/2 at 7-2 was lost."]);
    }

    [Fact]
    public void Judge_FindsAClient_ThatWasTurnedAwayForGood()
    {
        var verdict = Judge([], [Join, new Observation.Stopped(HttpStatusCode.ServiceUnavailable)]);
        verdict.Faults.ShouldBe(["It was answered 503 after 7-0 and stopped."]);
    }

    [Fact]
    public void Judge_FindsAClient_WhoseSocketWasClosedForGood()
    {
        var verdict = Judge([], [Join, new Observation.Closed(WebSocketCloseStatus.NormalClosure)]);
        verdict.Faults.ShouldBe(["It was closed with 1000 after 7-0 and stopped."]);
    }

    [Fact]
    public void Judge_FindsAClient_ThatWasFlooded() => Judge([], [Join, new Observation.Flooded()]).Faults.ShouldBe(["It was flooded; it stood at 7-0."]);

    [Fact]
    public void Judge_FindsAClient_ThatNeverJoined() => Judge([], []).Faults.ShouldBe(["It never joined."]);

    private static Verdict Judge(IEnumerable<Acknowledgement> acknowledged, IEnumerable<Observation> observations, params long[] held) =>
        Verdict.Judge(acknowledged, observations, held.Select(number => new NumberedEvent("p", number)).ToHashSet());

    private static Acknowledgement[] Promised(params long[] numbers) => [.. numbers.Select(number => new Acknowledgement(new NumberedEvent("p", number), At(number)))];

    private static Observation.Seen Seen(long number) => new(new NumberedEvent("p", number), At(number));

    private static Cursor At(long offset) => new(7, offset);
}
