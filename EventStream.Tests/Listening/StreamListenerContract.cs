using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

/// <summary>What a reader gets of a stream, whatever it reads it over.</summary>
public abstract class StreamListenerContract : IAsyncDisposable
{
    private protected StreamListenerContract() => Envelopes = new Envelopes(Stream.Id);

    private protected StreamKey Stream { get; } = StreamKey.Session($"s-{Guid.NewGuid():N}");

    private protected Envelopes Envelopes { get; }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What the publishers append to.</summary>
    private protected abstract IEventBus Bus { get; }

    private protected abstract StreamListener Listener { get; }

    /// <summary>How many subscriptions there are at the bus.</summary>
    private protected abstract int Subscriptions { get; }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ReadAsync_GivesEveryEventOnceAndInOrder_WhileOthersPublish()
    {
        await AppendAsync(Envelopes.Thoughts(1500));
        var publishing = Task.Run(async () =>
        {
            foreach (var batch in Envelopes.Thoughts(600).Chunk(7)) await AppendAsync(batch);
        }, Cancel);
        await using var client = Read(StartFrom.Earliest);
        (await client.StartAsync()).Resume.ShouldBe("none");
        var items = await client.NextAsync(2100);
        await publishing;
        items.Select(item => (item.Cursor!.Value.Offset, item.Event.Type)).ShouldBe(Enumerable.Range(1, 2100).Select(offset => ((long)offset, "agent_thought")));
        items.Select(item => item.Event).ShouldBe(await LoggedAsync(), EventEquality.Comparer);
    }

    [Fact]
    public async Task ReadAsync_StartsLive_AfterTheLastEvent()
    {
        var before = await AppendAsync(Envelopes.Thoughts(3));
        await using var client = Read(StartFrom.Live);
        var started = await client.StartAsync();
        (started.Resume, started.Cursor, started.Replayed).ShouldBe(("none", $"{before[2]}", 0));
        var next = await AppendAsync(Envelopes.Thoughts(2));
        (await client.NextAsync(2)).Select(item => item.Cursor).ShouldBe([next[0], next[1]]);
    }

    [Fact]
    public async Task ReadAsync_GoesOnAfterACursor()
    {
        var cursors = await AppendAsync(Envelopes.Thoughts(3));
        await using var client = Read(StartFrom.After(cursors[0]));
        var started = await client.StartAsync();
        (started.Resume, started.Reason, started.Replayed).ShouldBe(("full", null, 2));
        (await client.NextAsync(2)).Select(item => item.Cursor).ShouldBe([cursors[1], cursors[2]]);
    }

    [Theory]
    [InlineData(-1, 0, "epoch_changed", 3)]
    [InlineData(0, 7, "ahead", 0)]
    public async Task ReadAsync_SaysWhatItCannotResume(long epoch, long offset, string reason, int replayed)
    {
        var cursors = await AppendAsync(Envelopes.Thoughts(3));
        await using var client = Read(StartFrom.After(new Cursor(cursors[0].Epoch + epoch, cursors[2].Offset + offset)));
        var started = await client.StartAsync();
        (started.Resume, started.Reason, started.Replayed).ShouldBe(("partial", reason, replayed));
        var next = await AppendAsync(Envelopes.Thought());
        (await client.NextAsync(replayed + 1)).Select(item => item.Cursor!.Value).ShouldBe([.. cursors[..replayed], .. next]);
    }

    [Fact]
    public async Task ReadAsync_Waits_WhenNothingWasPublishedYet()
    {
        await using var client = Read(StartFrom.Earliest);
        (await client.StartAsync()).Cursor.ShouldBe("0-0");
        var first = await AppendAsync(Envelopes.Thought());
        (await client.NextAsync()).Cursor.ShouldBe(first[0]);
    }

    [Fact]
    public async Task ReadAsync_Ends_WhenTheSessionIsDeleted()
    {
        await AppendAsync(Envelopes.Thoughts(2));
        await using (var client = Read(StartFrom.Earliest))
        {
            await client.StartAsync();
            await client.NextAsync(2);
            var deletedAt = await Bus.DeleteAsync(Stream, Cancel);
            var deletion = await client.NextAsync();
            (deletion.Event.Type, deletion.Cursor).ShouldBe(("session_deleted", deletedAt));
            await client.ShouldEndAsync("session_deleted");
            await using var again = Read(StartFrom.After(deletedAt!.Value));
            await again.ShouldEndAsync("over");
        }
        await using var late = Read(StartFrom.Earliest);
        await late.StartAsync();
        await late.ShouldEndAsync("session_deleted");
        await Eventually.TrueAsync(() => Subscriptions == 0, Cancel);
    }

    [Fact]
    public async Task ReadAsync_Ends_WithTheSession_WhenItIsAskedTo()
    {
        var options = new ListenOptions { Until = StreamUntil.SessionEnds };
        await using var client = Read(StartFrom.Live, options);
        await client.StartAsync();
        var cursors = await AppendAsync(Envelopes.Thought(), Envelopes.SessionEnded());
        (await client.NextAsync(2)).Select(item => item.Cursor!.Value).ShouldBe(cursors);
        await client.ShouldEndAsync("session_ended");

        await using var late = Read(StartFrom.Live, options);
        await late.StartAsync();
        await late.ShouldEndAsync("session_ended");
        await using var after = Read(StartFrom.After(cursors[1]), options);
        await after.ShouldEndAsync("over");
        await using var patient = Read(StartFrom.Earliest);
        await patient.StartAsync();
        var next = await AppendAsync(Envelopes.Thought());
        (await patient.NextAsync(3))[2].Cursor.ShouldBe(next[0]);
    }

    [Fact]
    public async Task ReadAsync_Ends_WithTheRun_WhenItIsAskedTo()
    {
        var options = new ListenOptions { RunId = "r1", Until = StreamUntil.RunEnds };
        await using var client = Read(StartFrom.Live, options);
        await client.StartAsync();
        var cursors = await AppendAsync(Envelopes.Thought(), Envelopes.RunCompleted("r2"), Envelopes.Thought(runId: "r1"), Envelopes.RunFailed("r1"), Envelopes.Thought());
        (await client.NextAsync(2)).Select(item => item.Cursor!.Value).ShouldBe(cursors[2..4]);
        await client.ShouldEndAsync("run_ended");
        await using var after = Read(StartFrom.After(cursors[4]), options);
        await after.ShouldEndAsync("over");
    }

    [Fact]
    public async Task ReadAsync_LeavesOutWhatTheFilterDoes()
    {
        await using var client = Read(StartFrom.Live, new ListenOptions { Types = ["run_*", "agent_thought"], RunId = "r1" });
        await client.StartAsync();
        var cursors = await AppendAsync(Envelopes.Thought(runId: "r2"), Envelopes.SessionStarted(), Envelopes.Thought(), Envelopes.Thought(runId: "r1"), Envelopes.RunCompleted("r1"));
        (await client.NextAsync(2)).Select(item => item.Cursor!.Value).ShouldBe(cursors[3..]);
    }

    [Fact]
    public async Task ReadAsync_ReadsProjects_BySessionToo()
    {
        var project = StreamKey.Project($"p-{Guid.NewGuid():N}");
        await using var client = new ListenerClient(Listener, project, StartFrom.Earliest, new ListenOptions { SessionId = Stream.Id });
        await client.StartAsync();
        Event[] events = [Envelopes.Thought(projectId: project.Id), new Envelopes("other").Thought(projectId: project.Id), Envelopes.Thought(projectId: project.Id)];
        await Bus.AppendAsync(new AppendRequest { Stream = project, Events = events }, Cancel);
        (await client.NextAsync(2)).Select(item => item.Event.EventId).ShouldBe([events[0].EventId, events[2].EventId]);
    }

    [Fact]
    public async Task ReadAsync_EndsAtOnceAndLeavesNothing_WhenItIsCancelledOrLeft()
    {
        await using (var waiting = Read(StartFrom.Live))
        {
            await waiting.StartAsync();
            Subscriptions.ShouldBe(1);
            await waiting.CancelAsync();
        }
        await Eventually.TrueAsync(() => Subscriptions == 0, Cancel);
        await AppendAsync(Envelopes.Thoughts(3));
        await using (var left = Read(StartFrom.Earliest))
        {
            await left.StartAsync();
            await left.NextAsync();
        }
        await Eventually.TrueAsync(() => Subscriptions == 0, Cancel);
    }

    [Theory]
    [InlineData("Types", "types holds 'Tool'")]
    [InlineData("RunId", "run_id must be")]
    [InlineData("SessionId", "session_id filters projects")]
    [InlineData("Until", "Until is RunEnds and needs RunId")]
    [InlineData("BufferedEvents", "BufferedEvents must be between 1")]
    public void ReadAsync_NamesTheOption_ThatCannotWork(string option, string reason)
    {
        var options = option switch
        {
            "Types" => new ListenOptions { Types = ["Tool"] },
            "RunId" => new ListenOptions { RunId = " " },
            "SessionId" => new ListenOptions { SessionId = "s" },
            "Until" => new ListenOptions { Until = StreamUntil.RunEnds },
            _ => new ListenOptions { BufferedEvents = 0 },
        };
        Should.Throw<EventRejectedException>(() => Listener.ReadAsync(Stream, StartFrom.Live, options, Cancel)).Message.ShouldStartWith(reason);
    }

    private protected ListenerClient Read(StartFrom from, ListenOptions? options = null) => new(Listener, Stream, from, options);

    private protected async Task<Cursor[]> AppendAsync(params Event[] events)
    {
        var cursors = new List<Cursor>();
        foreach (var batch in events.Chunk(1000))
            cursors.AddRange((await Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = batch }, Cancel)).Receipts.Select(receipt => receipt.Cursor!.Value));
        return [.. cursors];
    }

    private async Task<List<Event>> LoggedAsync()
    {
        var events = new List<Event>();
        LogPage page;
        var after = Cursor.Zero;
        do
        {
            page = await Bus.ReadAsync(Stream, after, 1000, Cancel);
            events.AddRange(page.Entries.Select(Envelopes.Read));
            after = page.Entries[^1].Cursor;
        }
        while (page.HasMore(after));
        return events;
    }
}
