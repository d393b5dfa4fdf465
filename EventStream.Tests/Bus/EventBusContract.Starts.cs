using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    private static readonly RunStart Asked = new("weather", "p1");

    [Fact]
    public async Task FindRunStart_TellsAgentAndProject_FromTheRequestToTheEnd()
    {
        var events = new EventFactory(TimeProvider.System);
        (await StartOfAsync("r1")).ShouldBeNull();
        await Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = [events.Create(Stream.Id, new RunRequested { RunId = "r1", Agent = "weather" }, new PublishOptions { ProjectId = "p1" })], Lease = Long }, Cancel);
        (await StartOfAsync("r1")).ShouldBe(Asked);

        await ClaimAsync(Bus, Long, _envelopes.RunStarted("r1"));
        (await StartOfAsync("r1")).ShouldBe(Asked);
        await Leases.RenewAsync(Stream, "r1", null, Cancel);
        await AppendAsync(_envelopes.RunStarted("r1"));
        (await StartOfAsync("r1")).ShouldBe(Asked);

        await AppendAsync(_envelopes.RunCompleted("r1"));
        (await StartOfAsync("r1")).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("a:b@c.d-e_f", null)]
    [InlineData(null, "p1")]
    [InlineData("weather", "p1")]
    public async Task FindRunStart_TellsWhatTheStartSaid(string? agent, string? project)
    {
        var start = _envelopes.RunStarted("r1") with { AgentId = agent, ProjectId = project };

        await AppendAsAsync("ann with / and more", mayEndAnyRun: false, start);

        (await StartOfAsync("r1")).ShouldBe(new RunStart(agent, project));
    }

    [Fact]
    public async Task FindRunStart_TellsNoAgent_WhoseNameIsNone()
    {
        await AppendAsync(_envelopes.RunStarted("r1") with { AgentId = "two words" });

        (await StartOfAsync("r1")).ShouldBe(new RunStart());
        (await ClaimAsync(_envelopes.RunStarted("r1"))).Receipts[0].Outcome.ShouldBe(Taken);
    }

    private ValueTask<RunStart?> StartOfAsync(string runId) => ((IRunStarts)Bus).FindRunStartAsync(Stream, runId, Cancel);
}
