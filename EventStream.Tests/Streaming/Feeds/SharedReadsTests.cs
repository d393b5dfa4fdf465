using EventStream.Api.Streaming.Feeds;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Feeds;

public sealed class SharedReadsTests
{
    private readonly List<TaskCompletionSource<int>> _calls = [];
    private readonly SharedReads<string, int> _reads;

    public SharedReadsTests() => _reads = new SharedReads<string, int>(_ =>
    {
        lock (_calls)
        {
            _calls.Add(new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
            return _calls[^1].Task;
        }
    });

    [Fact]
    public async Task ReadAsync_SharesOnlyAReadThatHasNotBegun()
    {
        var first = _reads.ReadAsync("a");
        await CallsAsync(1);
        var others = Enumerable.Range(0, 100).Select(_ => _reads.ReadAsync("a")).ToArray();
        _calls[0].SetResult(1);
        (await first).ShouldBe(1);
        await CallsAsync(2);
        var later = _reads.ReadAsync("a");
        _calls[1].SetResult(2);
        (await Task.WhenAll(others)).ShouldAllBe(answer => answer == 2);
        await CallsAsync(3);
        _calls[2].SetResult(3);
        (await later).ShouldBe(3);
    }

    [Fact]
    public async Task ReadAsync_DoesNotWaitForAnotherKey()
    {
        var stuck = _reads.ReadAsync("a");
        await CallsAsync(1);
        var other = _reads.ReadAsync("b");
        await CallsAsync(2);
        _calls[1].SetResult(5);
        (await other).ShouldBe(5);
        stuck.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task ReadAsync_ReadsAgain_AfterAFailure()
    {
        var first = _reads.ReadAsync("a");
        await CallsAsync(1);
        var second = _reads.ReadAsync("a");
        _calls[0].SetException(new InvalidOperationException());
        await Should.ThrowAsync<InvalidOperationException>(() => first);
        await CallsAsync(2);
        _calls[1].SetResult(2);
        (await second).ShouldBe(2);
    }

    private Task CallsAsync(int count) => Support.Eventually.TrueAsync(
        () =>
        {
            lock (_calls) return _calls.Count == count;
        },
        TestContext.Current.CancellationToken);
}
