using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.WebSockets;

/// <summary><c>?frame=event-data</c>: Eddie's clients connect unchanged.</summary>
public sealed class SocketEventDataTests : IAsyncDisposable
{
    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Connect_SendsWhatEddieSent_ToAllClientsOfBroadcast()
    {
        string[] native =
        [
            """{"event":"session.created","data":{"id":"s1","title":"Deploy","status":"active","createdAt":"2025-10-15T21:57:09.000Z","updatedAt":"2025-10-15T21:57:09.000Z"}}""",
            """{"event":"agent.activity","data":{"sessionId":"s1","state":"tool","timestamp":"2025-10-15T21:57:12.000Z"}}""",
            """{"event":"tool.call","data":{"sessionId":"s1","id":"c1","name":"bash","status":"running","arguments":"{\"command\":\"ls\"}","result":null,"timestamp":"2025-10-15T21:57:12.004Z","agentId":"a1"}}""",
            """{"event":"config.updated","data":{"apiUrl":"http://localhost:3000","websocketUrl":"ws://localhost:3000","features":{"traces":true},"theme":"dark"}}""",
        ];
        await using var client = await WebSocketClient.OpenAsync(_server.Address, "/ws/broadcast?frame=event-data");
        Name(await client.NextAsync()).ShouldBe("session_stream_started");
        foreach (var frame in native) (await _server.PostAsync("/ingest/eddie?broadcast=true", frame)).Json.GetProperty("outcome").GetString().ShouldBe("stored");

        foreach (var (sent, came) in native.Zip(await client.NextAsync(native.Length)))
        {
            var (expected, actual) = (JsonElement.Parse(sent), JsonElement.Parse(came.Text));
            actual.EnumerateObject().Select(member => member.Name).ShouldBe(["event", "data"]);
            Name(came).ShouldBe(expected.GetProperty("event").GetString());
            foreach (var member in expected.GetProperty("data").EnumerateObject()) actual.GetProperty("data").GetProperty(member.Name).ToString().ShouldBe(member.Value.ToString());
        }
    }

    [Fact]
    public async Task Connect_TellsWholeTexts_ThatGrow()
    {
        await using var client = await WebSocketClient.OpenAsync(_server.Address, "/ws/events/s1?frame=event-data&types=agent_message_*");
        await client.NextAsync();
        foreach (var text in (string[])["Hel", "Hello", "Hello world"])
            await _server.PostAsync("/ingest/eddie", $$$"""{"event":"message.partial","data":{"id":"m1","sessionId":"s1","role":"assistant","content":"{{{text}}}"}}""");
        var messages = await client.NextAsync(4);
        messages.Select(Name).Distinct().ShouldBe(["message.partial"]);
        messages.Select(message => JsonElement.Parse(message.Text).GetProperty("data").GetProperty("content").GetString()).ShouldBe(["", "Hel", "Hello", "Hello world"]);
    }

    [Theory]
    [InlineData("frame=event-data&names=native", "names can't be chosen with frame=event-data")]
    [InlineData("frame=event", "frame is 'event'; it is envelope or event-data.")]
    public async Task Connect_IsRefused_WhenTheFrameIsAskedForWrongly(string query, string message)
    {
        await using var client = await WebSocketClient.OpenAsync(_server.Address, $"/ws/broadcast?{query}");
        (await client.ReadToEndAsync()).Single().Payload.GetProperty("message").GetString()!.ShouldStartWith(message);
        client.CloseCode.ShouldBe(1008);
    }

    private static string? Name(SocketMessage message) => JsonElement.Parse(message.Text).GetProperty("event").GetString();
}
