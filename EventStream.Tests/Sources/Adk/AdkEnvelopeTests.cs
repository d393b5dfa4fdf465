using EventStream.Bus;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Adk;

public sealed class AdkEnvelopeTests
{
    private readonly SourceRun _run = new();

    [Theory]
    [InlineData("2025-11-18T20:00:36.123456", "2025-11-18T20:00:36.123Z")]
    [InlineData("2025-11-18T20:00:37", "2025-11-18T20:00:37.000Z")]
    [InlineData("2025-11-18T20:00:37.5", "2025-11-18T20:00:37.500Z")]
    [InlineData("2024-01-01T12:00:00Z", "2024-01-01T12:00:00.000Z")]
    [InlineData("2024-01-01T12:00:00+02:00", "2024-01-01T10:00:00.000Z")]
    public async Task Ingest_TakesTimesForUtc_WhenTheyNameNoZone(string native, string expected)
    {
        await _run.IngestAsync("adk", $$"""{"event_id":"e1","session_id":"s1","timestamp":"{{native}}","type":"agent_thought","payload":{} }""");

        System.Text.Encoding.UTF8.GetString(EventWriter.ToUtf8(_run.Stored.Single())).ShouldContain($"\"timestamp\":\"{expected}\"");
    }

    [Fact]
    public async Task Ingest_KeepsThePayload_TokenForToken()
    {
        const string Payload = """{"run_id":"run_001","step_id":"s","output":{"n":1.50,"big":12345678901234567890123,"e":1E+2,"t":"\u00e9\/"},"note":null,"extra":[]}""";
        await _run.IngestAsync("adk", $$"""{"event_id":"5a4b3c2d-0000-4000-8000-000000000004","session_id":"s1","timestamp":"2025-11-18T20:00:36","type":"workflow_step_completed","payload":{{Payload}}}""");

        var stored = _run.Stored.Single();
        stored.Payload.ToString().ShouldBe(Payload);
        (stored.EventId, stored.RunId, stored.Source, stored.SourceType).ShouldBe(("5a4b3c2d-0000-4000-8000-000000000004", "run_001", "adk", "workflow_step_completed"));
    }

    [Theory]
    [InlineData("error")]
    [InlineData("")]
    [InlineData("not an id 1")]
    public async Task Ingest_ReplacesTheEventId_WhenItIsNotUniqueOrNoId(string id)
    {
        foreach (var _ in Enumerable.Range(0, 2)) await _run.IngestAsync("adk", $$"""{"event_id":"{{id}}","session_id":"s1","type":"run_error","payload":{"message":"no backend"} }""");

        _run.Stored.Count.ShouldBe(2);
        _run.Stored.ShouldAllBe(stored => stored.EventId != id && stored.EventId.Length == 36);
    }

    [Fact]
    public async Task Ingest_AnswersDuplicate_WhenAnEventIsRepeated()
    {
        const string Frame = """{"event_id":"5a4b3c2d-0000-4000-8000-000000000004","session_id":"s1","type":"agent_thought","payload":{"content":"Hm"}}""";

        var receipts = await _run.IngestAsync("adk", $"[{Frame},{Frame}]");

        receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Stored, AppendOutcome.Duplicate]);
    }

    [Fact]
    public async Task Ingest_KeepsARunThatIsNoId_BesideThePayload()
    {
        await _run.IngestAsync("adk", """{"session_id":"s1","type":"workflow_started","payload":{"workflow":"w","run_id":"run 1"}}""");

        _run.Stored.Single().RunId.ShouldBeNull();
        _run.Stored.Single().Payload.ToString().ShouldBe("""{"workflow":"w","native":{"run_id":"run 1"}}""");
    }

    [Fact]
    public async Task Ingest_GoesToTheContextsSession_WhateverTheFrameSays()
    {
        await _run.IngestAsync("adk", """{"session_id":"s1","type":"agent_thought","payload":{"content":"Hm"}}""", new IngestContext { SessionId = "s2" });

        _run.Stored.Single().SessionId.ShouldBe("s2");
        _run.Stored.Single().Payload.ToString().ShouldBe("""{"content":"Hm","session_id":"s1"}""");
    }
}
