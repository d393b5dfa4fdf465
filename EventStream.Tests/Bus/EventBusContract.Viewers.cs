using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    private IViewerReports Reports => (IViewerReports)Bus;

    [Fact]
    public async Task CountViewersAsync_AddsUpWhatAllServersSay()
    {
        var (one, two) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));

        await Reports.ReportViewersAsync(one, Counts((Stream, 2), (Other, 1)), isAll: true, Cancel);
        await Reports.ReportViewersAsync(two, Counts((Stream, 3)), isAll: true, Cancel);

        (await ViewersAsync(Stream), await ViewersAsync(Other), await ViewersAsync(StreamKey.Session("nobody"))).ShouldBe((5, 1, 0));
    }

    [Fact]
    public async Task CountViewersAsync_FollowsChanges_AndForgetsWhatIsNotAmongAll()
    {
        var node = Guid.NewGuid().ToString("N");
        await Reports.ReportViewersAsync(node, Counts((Stream, 2), (Other, 1)), isAll: true, Cancel);

        await Reports.ReportViewersAsync(node, Counts((Stream, 0)), isAll: false, Cancel);
        (await ViewersAsync(Stream), await ViewersAsync(Other)).ShouldBe((0, 1));

        await Reports.ReportViewersAsync(node, Counts((Stream, 4)), isAll: true, Cancel);
        (await ViewersAsync(Stream), await ViewersAsync(Other)).ShouldBe((4, 0));
    }

    [Fact]
    public async Task KeepViewersAsync_SaysWhetherAnythingIsKept()
    {
        var node = Guid.NewGuid().ToString("N");
        (await Reports.KeepViewersAsync(node, Cancel)).ShouldBeFalse();

        await Reports.ReportViewersAsync(node, Counts((Stream, 1)), isAll: true, Cancel);
        (await Reports.KeepViewersAsync(node, Cancel)).ShouldBeTrue();

        await Reports.ReportViewersAsync(node, Counts(), isAll: true, Cancel);
        (await Reports.KeepViewersAsync(node, Cancel)).ShouldBeFalse();
        (await ViewersAsync(Stream)).ShouldBe(0);
    }

    private StreamKey Other => StreamKey.Session($"{Stream.Id}-other");

    private ValueTask<long> ViewersAsync(StreamKey session) => ((IViewers)Bus).CountViewersAsync(session, Cancel);

    private static Dictionary<StreamKey, int> Counts(params (StreamKey Session, int Count)[] counts) => counts.ToDictionary(pair => pair.Session, pair => pair.Count);
}
