using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Sources;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>What ingest holds between requests is counted and bounded, whatever publishers send.</summary>
public sealed class HeldStateTests
{
    private readonly InMemoryEventBus _bus = new();
    private readonly SourceIngest _ingest;

    public HeldStateTests() => _ingest = new SourceIngest(_bus, TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("adk", """{"type":"tool_call_started","payload":{"tool_call_id":"#","tool_name":"t","args":{},"agent":"a"}}""")]
    [InlineData("eddie", """{"event":"tool.call","data":{"id":"#","name":"t","arguments":"{}"}}""")]
    [InlineData("eddie", """{"type":"delta","id":"#","text":"a"}""")]
    [InlineData("argos", """{"type":"ingest.job.created","job":{"id":"#","status":"queued"}}""")]
    [InlineData("cognesy", """{"class":"ToolCallStarted","tool":"t","args":{},"toolCallId":"#"}""")]
    [InlineData("ya-agent", """{"event_type":"message_start","payload":{"message_id":"#"}}""")]
    [InlineData("ya-agent", """{"event_type":"tool_call_start","payload":{"tool_call_id":"c","tool_name":"#"}}""")]
    [InlineData("adk", """{"type":"agent_message_start","payload":{"message_id":"m","agent":"#"}}""")]
    [InlineData("openai", """{"type":"response.created","response":{"id":"#","status":"in_progress"}}""")]
    [InlineData("openai", """{"type":"response.output_item.added","item":{"type":"function_call","id":"#","call_id":"#","name":"#","arguments":""}}""")]
    [InlineData("openai", """{"id":"#","object":"chat.completion.chunk","model":"#","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""")]
    [InlineData("anthropic", """{"type":"message_start","message":{"id":"#","role":"assistant"}}""")]
    public async Task Ingest_HoldsLittle_WhenIdsAndNamesAreLong(string source, string frame)
    {
        foreach (var number in Enumerable.Range(0, 300)) await IngestAsync(source, "s1", frame.Replace("#", $"{number}-{new string('x', 20_000)}", StringComparison.Ordinal));

        _ingest.HeldBytes.ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public async Task Ingest_KeepsItsBound_WhenSessionsGrowAfterTheyWereMade()
    {
        var sessions = Enumerable.Range(0, 12).Select(number => $"s{number}").ToList();
        foreach (var session in sessions) await IngestAsync("adk", session, """{"type":"agent_message_start","payload":{"message_id":"m0"}}""");
        var piece = new string('x', 180_000);
        foreach (var session in sessions)
        {
            foreach (var number in Enumerable.Range(0, 40))
                await IngestAsync("adk", session, $$$"""{"type":"agent_message_delta","payload":{"message_id":"m{{{number}}}","delta":"{{{piece}}}"}}""");
            _ingest.HeldBytes.ShouldBeLessThanOrEqualTo(SessionStateCache.MaxBytes);
        }
    }

    [Fact]
    public async Task Ingest_TellsTheSameCall_WhenItsIdIsTooLongToKeep()
    {
        var id = new string('x', 5_000);
        var started = await IngestAsync("eddie", "s1", $$$"""{"event":"tool.call","data":{"id":"{{{id}}}","name":"t","arguments":"{}"}}""");
        var ended = await IngestAsync("eddie", "s1", $$$"""{"event":"tool.result","data":{"id":"{{{id}}}","name":"t","result":"done"}}""");

        started.Events.Single().Type.ShouldBe("tool_call_started");
        ended.Events.Single().Type.ShouldBe("tool_call_result");
        var log = await _bus.ReadAsync(StreamKey.Session("s1"), Cursor.Zero, 10, Cancellation);
        log.Entries.Select(entry => JsonElement.Parse(entry.Envelope.Span).GetProperty("payload").GetProperty("tool_call_id").GetString()!.Length).Distinct().ShouldHaveSingleItem().ShouldBeLessThan(257);
    }

    private async Task<IngestReceipt> IngestAsync(string source, string session, string frame)
    {
        var natives = NativeReader.Read(NativeReader.Parse(Encoding.UTF8.GetBytes(frame)), SourceCatalogue.Get(source), new IngestContext { SessionId = session });
        return (await _ingest.IngestAsync([natives], broadcast: false, async (request, cancellation) => await _bus.AppendAsync(request, cancellation), cancellationToken: Cancellation)).Single();
    }
}
