using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ScaleOut;

/// <summary>Native events depend on earlier ones, whichever server ingested those.</summary>
public sealed class IngestOnTwoServersTests(RedisServer redis) : OnTwoServers(redis)
{
    [Fact]
    public async Task Stream_IsTheSame_WhetherOneServerTakesEverythingOrTwoInTurn()
    {
        var alone = await StreamAsync(i => One);
        var inTurn = await StreamAsync(i => i % 2 == 0 ? One : Two);
        inTurn.ShouldBe(alone);
        inTurn.Count(line => line.StartsWith("agent_message_delta", StringComparison.Ordinal)).ShouldBe(40);
        inTurn.Count(line => line.StartsWith("agent_message_start", StringComparison.Ordinal)).ShouldBe(4);
        inTurn.Count(line => line.StartsWith("tool_call_result", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public async Task Stream_HoldsEachEventOnce_WhenBothServersTakeThemAtOnce()
    {
        var session = $"s-{Guid.NewGuid():N}";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                // Both servers get each tool call, and the second one must recognise the repetition.
                foreach (var server in client % 2 == 0 ? (TestServer[])[One, Two] : [Two, One])
                    (await server.PostAsync("/ingest/eddie", ToolCall(session, $"c{client}-{i}"))).Status.ShouldBe(System.Net.HttpStatusCode.OK);
            }
        }, TestContext.Current.CancellationToken)));
        var events = await ReadAsync(session);
        events.Count.ShouldBe(200);
        events.Select(line => JsonElement.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).GetProperty("tool_call_id").GetString()).Distinct().Count().ShouldBe(200);
    }

    private async Task<IReadOnlyList<string>> StreamAsync(Func<int, TestServer> serverOf)
    {
        var session = $"s-{Guid.NewGuid():N}";
        var frames = Frames(session).ToList();
        for (var i = 0; i < frames.Count; i++)
        {
            var answer = await serverOf(i).PostAsync("/ingest/eddie", frames[i]);
            answer.Status.ShouldBe(System.Net.HttpStatusCode.OK, answer.Text);
        }
        return [.. (await ReadAsync(session)).Select(line => line.Replace(session, "s", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> Frames(string session)
    {
        for (var message = 0; message < 4; message++)
        {
            for (var length = 1; length <= 10; length++)
                yield return Frame("message.partial", new { id = $"m{message}", sessionId = session, role = "assistant", content = string.Concat(Enumerable.Repeat("wörd \"", length)), createdAt = "2025-10-15T21:57:11.120Z" });
            yield return ToolCall(session, $"c{message}");
            yield return ToolCall(session, $"c{message}");
            yield return Frame("tool.result", new { sessionId = session, id = $"c{message}", name = "bash", arguments = "{}", result = "done", timestamp = "2025-10-15T21:57:12.004Z", agentId = "a" });
            yield return Frame("agent.activity", new { sessionId = session, state = "idle", timestamp = "2025-10-15T21:57:13.000Z" });
        }
    }

    private static string ToolCall(string session, string id) =>
        Frame("tool.call", new { sessionId = session, id, name = "bash", arguments = "{\"command\":\"ls\"}", result = (string?)null, timestamp = "2025-10-15T21:57:12.004Z", agentId = "a" });

    private static string Frame(string name, object data) => JsonSerializer.Serialize(new Dictionary<string, object> { ["event"] = name, ["data"] = data });

    private async Task<IReadOnlyList<string>> ReadAsync(string session)
    {
        var answer = await One.GetAsync($"/events/{session}/history?limit=1000");
        return [.. answer.Json.GetProperty("events").EnumerateArray().Select(streamed => $"{streamed.GetProperty("type").GetString()} {streamed.GetProperty("payload").GetRawText()}")];
    }
}
