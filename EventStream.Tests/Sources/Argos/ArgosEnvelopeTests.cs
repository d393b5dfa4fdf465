using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Argos;

public sealed class ArgosEnvelopeTests
{
    private readonly SourceRun _run = new();

    [Fact]
    public async Task Ingest_SaysInTheEnvelopeWhatTheFrameKnows_OfARun()
    {
        await _run.IngestAsync("argos", """{"type":"agent.run.started","timestamp":"2025-12-19T07:39:07.123456+00:00","run":{"id":"run_1","project_id":"proj_1","agent_id":"researcher","status":"RUNNING"}}""");

        var stored = _run.Stored.Single();
        stored.SessionId.ShouldBe("run_1");
        stored.RunId.ShouldBe("run_1");
        stored.ProjectId.ShouldBe("proj_1");
        stored.AgentId.ShouldBe("researcher");
        stored.Source.ShouldBe("argos");
        stored.SourceType.ShouldBe("agent.run.started");
        stored.Timestamp.ShouldBe(DateTimeOffset.Parse("2025-12-19T07:39:07.123Z"), TimeSpan.FromMilliseconds(1));
        stored.Payload.ToString().ShouldBe("""{"run_id":"run_1","agent":"researcher","project_id":"proj_1","status":"running","source_status":"RUNNING"}""");
    }

    [Fact]
    public async Task Ingest_TakesTheProjectOfTheContext_WhenTheModelHasNone()
    {
        await _run.IngestAsync("argos", """{"type":"ingest.job.queued","job":{"id":"job_1"}}""", new IngestContext { ProjectId = "proj_2" });

        _run.Stored.Single().ProjectId.ShouldBe("proj_2");
        _run.Stored.Single().Payload.ToString().ShouldContain("\"project_id\":\"proj_2\"");
    }

    [Fact]
    public async Task Ingest_KeepsIdAndTime_OfProjectActivity()
    {
        const string Frame = """{"eventId":"evt_1","createdAt":"2025-12-19T07:39:32Z","payload":{"type":"agent.run.started","run":{"id":"run_1"}}}""";
        await _run.IngestAsync("argos", Frame);
        var again = await _run.IngestAsync("argos", Frame);

        again.Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
        _run.Stored.Single().EventId.ShouldBe("evt_1");
        _run.Stored.Single().Timestamp.ShouldBe(DateTimeOffset.Parse("2025-12-19T07:39:32Z"));
        _run.Stored.Single().Payload.ToString().ShouldBe("""{"run_id":"run_1","status":"running"}""");
    }

    [Fact]
    public async Task Ingest_KeepsMembersOfAllObjects_ThatHaveNoCanonicalPlace()
    {
        await _run.IngestAsync("argos", """{"eventId":"evt_1","shard":3,"payload":{"type":"ingest.job.updated","seq":4,"stage":"frame","job":{"id":"job_1","stage":"job","pages":5}}}""");

        _run.Stored.Single().Payload.ToString().ShouldBe("""{"job_id":"job_1","stage":"job","pages":5,"seq":4,"shard":3,"native":{"stage":"frame"}}""");
    }

    [Fact]
    public async Task Ingest_KeepsWhatContradicts_WhenTheNamesForItAreTaken()
    {
        await _run.IngestAsync("argos", """{"type":"ingest.job.updated","stage":"frame","job":{"id":"job_1","stage":"job","native":1,"native_members":2}}""");

        _run.Stored.Single().Payload.ToString().ShouldBe("""{"job_id":"job_1","stage":"job","native":1,"native_members":2,"native_members_members":{"stage":"frame"}}""");
    }

    [Fact]
    public async Task Ingest_AnswersDuplicate_WhenASnapshotSaysNothingNew()
    {
        const string Snapshot = """{"type":"ingest.job.created","job":{"id":"job_1","status":"queued","progress":0.0}}""";
        await _run.IngestAsync("argos", Snapshot);

        (await _run.IngestAsync("argos", Snapshot)).Single().Outcome.ShouldBe(AppendOutcome.Duplicate);
        (await _run.LogAsync("job_1")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ingest_StillKnowsNothingOfARun_AfterAnErrorOfItsStream()
    {
        await _run.IngestAsync("argos", """[{"error":"stream_error","run_id":"run_1"},{"type":"agent.run.created","run":{"id":"run_1","status":"pending"}}]""");

        _run.Stored.Select(stored => stored.Type).ShouldBe(["run_error", "run_created"]);
    }

    [Fact]
    public async Task Ingest_AnswersRunEnded_WhenARunHasItsEndAlready()
    {
        await _run.IngestAsync("argos", """{"type":"agent.run.updated","run":{"id":"run_1","status":"completed"}}""");
        var late = await _run.IngestAsync("argos", """{"type":"agent.run.updated","run":{"id":"run_1","status":"running"}}""");

        late.Single().Outcome.ShouldBe(AppendOutcome.RunEnded);
    }

    [Fact]
    public async Task Ingest_TellsWhichParameterToGive_WhenNothingNamesASession()
    {
        var refused = await Should.ThrowAsync<EventRejectedException>(() => _run.IngestAsync("argos", """{"error":"authentication_required"}"""));

        refused.Message.ShouldContain("?session_id=");
    }
}
