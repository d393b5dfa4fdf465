using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Reverb's frames as they reach a page.</summary>
public sealed class ReverbStreamTests : IAsyncDisposable
{
    private const string Session = "s";

    /// <summary>Two runs, one inside the other. Two of the events leave nothing to tell.</summary>
    private static readonly string[] Events =
    [
        """{"type":"run_started","run_id":"r","payload":{"run_id":"r"},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"agent_message_start","run_id":"r","payload":{"message_id":"m"},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"agent_message_delta","run_id":"r","payload":{"message_id":"m","delta":"Hel"},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"run_started","run_id":"x","payload":{"run_id":"x"},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"agent_message_delta","run_id":"r","payload":{"message_id":"m","delta":"lo","is_complete":true},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"agent_message_end","run_id":"r","payload":{"message_id":"m","content":"Hello"},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"workflow_step_started","run_id":"r","payload":{"run_id":"r","step_id":"a","description":""},"timestamp":"2026-01-16T12:00:00.000Z"}""",
        """{"type":"tool_call_started","run_id":"r","payload":{"tool_call_id":"t","tool_name":"ls","args":{"a":1}},"timestamp":"2026-01-16T12:00:01.000Z"}""",
        """{"type":"agent_message_end","run_id":"x","payload":{"message_id":"n","content":"Of x"},"timestamp":"2026-01-16T12:00:01.000Z"}""",
        """{"type":"tool_call_result","run_id":"r","payload":{"tool_call_id":"t","tool_name":"ls","result":[1],"error":null},"timestamp":"2026-01-16T12:00:01.250Z"}""",
        """{"type":"workflow_step_completed","run_id":"r","payload":{"run_id":"r","step_id":"a"},"timestamp":"2026-01-16T12:00:02.000Z"}""",
        """{"type":"agent_message_end","run_id":"r","payload":{"message_id":"m","content":"Hello"},"timestamp":"2026-01-16T12:00:02.000Z"}""",
        """{"type":"run_completed","run_id":"r","payload":{"run_id":"r"},"timestamp":"2026-01-16T12:00:02.000Z"}""",
        """{"type":"run_failed","run_id":"x","payload":{"run_id":"x","error":"Away"},"timestamp":"2026-01-16T12:00:03.000Z"}""",
    ];

    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_WritesTheFramesOfReverb_ByteForByte()
    {
        await PublishAsync();
        await using var client = await _server.OpenAsync($"/events/{Session}?dialect=reverb&from=earliest&run_id=r&close=terminal");
        client.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        await client.ReadToEndAsync();

        WithoutIds(Blocks(client.Raw)[1..^1]).ShouldBe(
        [
            """event: agent.status|data: {"type":"agent.status","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:00.000Z","payload":{"status":"processing","assistant_name":null,"step_count":null,"error_message":null,"output":null,"run_id":"r"}}""",
            "event: agent_message_start",
            """event: agent.stream.chunk|data: {"type":"agent.stream.chunk","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:00.000Z","payload":{"chunk":"Hel","is_complete":false,"tokens_delta":null,"content":"Hel","message_id":"m"}}""",
            """event: agent.stream.chunk|data: {"type":"agent.stream.chunk","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:00.000Z","payload":{"chunk":"lo","is_complete":true,"tokens_delta":null,"content":"lo","message_id":"m"}}""",
            "",
            """event: agent.step.started|data: {"type":"agent.step.started","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:00.000Z","payload":{"step_number":1,"status_type":null,"content":null,"tool_info":null,"tokens":null,"run_id":"r","step_id":"a","description":""}}""",
            """event: agent.tool.started|data: {"type":"agent.tool.started","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:01.000Z","payload":{"tool":"ls","args":{"a":1},"tool_call_id":"t","tool_name":"ls"}}""",
            """event: agent.tool.completed|data: {"type":"agent.tool.completed","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:01.250Z","payload":{"tool":"ls","success":true,"error":null,"duration":250,"duration_ms":250,"args":{"a":1},"tool_call_id":"t","tool_name":"ls","result":[1]}}""",
            """event: agent.step.completed|data: {"type":"agent.step.completed","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:02.000Z","payload":{"step_number":1,"status_type":"tool_call","content":null,"tool_info":{"name":"ls"},"tokens":null,"run_id":"r","step_id":"a"}}""",
            "",
            """event: agent.status|data: {"type":"agent.status","session_id":"s","execution_id":"r","timestamp":"2026-01-16T12:00:02.000Z","payload":{"status":"completed","previous_status":"processing","assistant_name":null,"step_count":1,"error_message":null,"output":{"last_response":"Hello"},"last_response":"Hello","run_id":"r"}}""",
        ]);
    }

    [Theory]
    [InlineData("reverb", "")]
    [InlineData("reverb-flat", "")]
    [InlineData("reverb", "&run_id=r")]
    [InlineData("reverb-flat", "&run_id=x")]
    public async Task Get_GoesOnWithTheSameBytes_WhereverAClientComesBack(string dialect, string filter)
    {
        await using var live = await _server.OpenAsync($"/events/{Session}?dialect={dialect}{filter}");
        await live.NextAsync();
        var cursors = await PublishAsync();
        await live.ReadUntilAsync(item => item.EventId == LastOf(cursors, filter));
        var whole = Blocks(live.Raw)[1..];

        for (var k = 0; k < cursors.Length - 2; k++)
        {
            await using var client = await _server.OpenAsync($"/events/{Session}?dialect={dialect}{filter}", cursors[k]);
            await client.ReadUntilAsync(item => item.EventId == LastOf(cursors, filter));
            var rest = whole.Where(block => block.Contains("id: ", StringComparison.Ordinal) && Array.IndexOf(cursors, IdOf(block)) > k).ToList();
            Blocks(client.Raw)[1..].Where(block => block.Contains("id: ", StringComparison.Ordinal)).ShouldBe(rest, $"after event {k}");
        }
    }

    [Theory]
    [InlineData("reverb")]
    [InlineData("reverb-flat")]
    public async Task Connect_SendsTheSameFrames_WithTheCursorInside(string dialect)
    {
        await PublishAsync();
        await using var client = await _server.OpenAsync($"/events/{Session}?dialect={dialect}&from=earliest");
        await client.NextAsync();
        var items = await client.NextAsync(Events.Length - 2);
        await using var socket = await WebSocketClient.OpenAsync(_server.Address, $"/ws/events/{Session}?dialect={dialect}&from=earliest");
        await socket.NextAsync();
        var messages = await socket.NextAsync(items.Length);

        messages.Select(message => (message.Id, message.Envelope)).ShouldBe(items.Select(item => (item.EventId, item.Data)));
        items.Select(item => item.EventType).ShouldBe(messages.Select(message => message.Type));
        await using var again = await WebSocketClient.OpenAsync(_server.Address, $"/ws/events/{Session}?dialect={dialect}&last_event_id={messages[4].Id}");
        await again.NextAsync();
        (await again.NextAsync(items.Length - 5)).Select(message => message.Text).ShouldBe(messages[5..].Select(message => message.Text));
    }

    [Theory]
    [InlineData("/ws/events/s?dialect=pusher", "dialect is 'pusher'; it is canonical, agui, ai-sdk, reverb")]
    [InlineData("/ws/events/s?dialect=reverb&frame=event-data", "frame can't be chosen with dialect=reverb")]
    [InlineData("/ws/projects/p?dialect=reverb", "is for the stream of a session")]
    public async Task Connect_SaysWhatIsWrong_WhenTheDialectCantBe(string path, string expected)
    {
        await using var socket = await WebSocketClient.OpenAsync(_server.Address, path);
        var closing = (await socket.ReadToEndAsync()).ShouldHaveSingleItem();
        closing.Type.ShouldBe("stream_closing");
        closing.Payload.GetProperty("message").GetString()!.ShouldContain(expected);
    }

    [Fact]
    public async Task Get_IsAsWithoutIt_WhenTheDialectIsCanonical()
    {
        await PublishAsync();
        await using var client = await _server.OpenAsync($"/events/{Session}?dialect=canonical&names=reverb&from=earliest");
        await client.NextAsync();
        (await client.NextAsync(3)).Select(item => item.EventType).ShouldBe(["run_started", "agent_message_start", "agent.stream.chunk"]);
    }

    private async Task<string[]> PublishAsync()
    {
        var answer = (await _server.PostAsync($"/events/{Session}", $"[{string.Join(',', Events)}]")).Json;
        return [.. answer.EnumerateArray().Select(receipt => receipt.GetProperty("id").GetString()!)];
    }

    private static string LastOf(string[] cursors, string filter) => filter == "&run_id=r" ? cursors[^2] : cursors[^1];

    private static string[] Blocks(string raw) => raw.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

    private static string IdOf(string block) => block.Split('\n').Single(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];

    // Of canonical frames, the name alone: their ids are new in each run.
    private static IEnumerable<string> WithoutIds(IEnumerable<string> blocks) =>
        blocks.Select(block => string.Join('|', block.Split('\n').Where(line => !line.StartsWith("id: ", StringComparison.Ordinal) && !line.Contains("event_id", StringComparison.Ordinal))));
}
