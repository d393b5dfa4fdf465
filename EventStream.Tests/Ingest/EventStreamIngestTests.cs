using System.Net;
using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Ingest;

/// <summary>Streams of model providers are piped in as they are: Server-Sent Events, of any shape that the standard allows.</summary>
public sealed class EventStreamIngestTests : IAsyncDisposable
{
    private const string Begun = """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}""";
    private const string Stopped = """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private static readonly string[] Message = ["run_started", "agent_message_start", "agent_message_delta", "agent_message_end", "run_updated", "run_completed"];

    private readonly TestServer _server = TestServer.Start();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("data: #\n\ndata: #2\n\ndata: [DONE]\n\n", null)]
    [InlineData("data:#\r\n\r\ndata:#2\r\n\r\ndata:[DONE]\r\n\r\n", "text/event-stream")]
    [InlineData(": OPENROUTER PROCESSING\n\nevent: chunk\nid: 1\nretry: 100\ndata: #\n\n:\ndata: #2\n\ndata: [DONE]", "text/event-stream; charset=utf-8")]
    [InlineData("data: #\ndata: #2\ndata: [DONE]\n", "application/octet-stream")]
    [InlineData("#\n#2\n[DONE]\n", "application/x-ndjson")]
    [InlineData("#\n#2\n", "application/x-ndjson")]
    public async Task Post_TellsTheResponse_HoweverItIsFramed(string body, string? type)
    {
        await PostAsync(Framed(body), type);

        (await TypesAsync()).ShouldBe(Message);
    }

    [Fact]
    public async Task Post_TellsTheResponse_WhereverTheBytesAreCut()
    {
        var body = Encoding.UTF8.GetBytes(Framed(": é\nevent: x\ndata: #\n\ndata: #2\n\ndata: [DONE]\n\n"));
        using var content = new StreamContent(new OneByteStream(body));
        using var answer = await _server.Client.PostAsync(new Uri("/ingest/openai?session_id=s", UriKind.Relative), content, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancellation));

        (await TypesAsync()).ShouldBe(Message);
    }

    [Fact]
    public async Task Post_ReadsOneEvent_WhenItsDataIsInSeveralLines()
    {
        var indented = JsonSerializer.Serialize(JsonElement.Parse(Begun), Indented).ReplaceLineEndings("\ndata: ");
        await PostAsync($"data: {indented}\n\ndata: {Stopped}\n\ndata: [DONE]\n\n", "text/event-stream");

        (await TypesAsync()).ShouldBe(Message);
    }

    [Fact]
    public async Task Post_ReadsOneFrame_WhenAnErrorComesIndentedInPlaceOfTheStream()
    {
        await PostAsync("{\n    \"error\": {\n        \"message\": \"Incorrect API key provided.\",\n        \"type\": \"invalid_request_error\",\n        \"code\": 401\n    }\n}\n", type: null, query: "&run_id=r1");

        var failed = (await LogAsync()).ShouldHaveSingleItem();
        (failed.GetProperty("type").GetString(), failed.GetProperty("payload").GetProperty("error").GetString(), failed.GetProperty("run_id").GetString()).ShouldBe(("run_failed", "Incorrect API key provided.", "r1"));
    }

    [Fact]
    public async Task Post_FailsTheRun_WhenTheStreamIsCut()
    {
        var answers = await PostAsync($"data: {Begun}\n\n", type: null);

        answers[^1].GetProperty("events").EnumerateArray().Last().GetProperty("type").GetString().ShouldBe("run_failed");
        (await LogAsync())[^1].GetProperty("payload").GetProperty("error_type").GetString().ShouldBe("stream_ended");
    }

    [Fact]
    public async Task Post_FailsTheRun_WhenTheClientLeaves()
    {
        await using var watcher = await _server.OpenAsync("/events/s?from=earliest&types=run_*");
        await watcher.NextAsync();
        var chunk = $"data: {Begun}\n\n";
        using (var client = await RawClient.ConnectAsync(_server.Address, Cancellation))
        {
            await client.SendAsync($"POST /ingest/openai?session_id=s HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n{chunk.Length + 2:x}\n{chunk}\n", Cancellation);
            (await watcher.NextAsync()).EventType.ShouldBe("run_started");
        }

        var failed = await watcher.NextAsync();
        (failed.EventType, JsonElement.Parse(failed.Data).GetProperty("payload").GetProperty("error_type").GetString()).ShouldBe(("run_failed", "stream_ended"));
    }

    [Fact]
    public async Task Post_LeavesTheRunOpen_WhenLinesMayGoOnInAnotherRequest()
    {
        await PostAsync($"{Begun}\n", "application/x-ndjson");
        (await TypesAsync())[^1].ShouldBe("agent_message_delta");
        await PostAsync($"{Stopped}\n", "application/x-ndjson");

        (await TypesAsync()).ShouldBe(Message);
    }

    [Fact]
    public async Task Post_TellsEachStreamApart_WhenTwoAreWrittenAtOnce()
    {
        const string Text = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"#"}}""";
        string[] ids = ["one", "two"];
        await Task.WhenAll(ids.Select(id => PostAsync(
            string.Concat(Enumerable.Repeat(Text.Replace("#", $"{id} ", StringComparison.Ordinal), 50).Prepend($$$"""{"type":"message_start","message":{"id":"msg_{{{id}}}","role":"assistant","content":[]}}""").Append("""{"type":"message_stop"}""").Select(frame => $"data: {frame}\n\n")),
            type: null, source: "anthropic")));

        (await LogAsync()).Where(logged => logged.GetProperty("type").GetString() == "agent_message_end").Select(end => (end.GetProperty("run_id").GetString()!, end.GetProperty("payload").GetProperty("content").GetString()!))
            .ShouldBe(ids.Select(id => ($"msg_{id}", string.Concat(Enumerable.Repeat($"{id} ", 50)))), ignoreOrder: true);
    }

    [Fact]
    public async Task Post_NamesTheLine_WhenItsDataIsBad()
    {
        var answers = await PostAsync($"data: {Begun}\n\ndata: {{\"a\":\n\ndata: {Stopped}\n\ndata: [DONE]\n\n", type: null, query: "&on_error=skip");

        answers.Where(answer => answer.TryGetProperty("error", out _)).Select(answer => answer.GetProperty("line").GetInt64()).ShouldBe([3]);
        (await TypesAsync()).ShouldBe(Message);
    }

    [Fact]
    public async Task Post_TellsALargeEventWithoutItsLongTexts()
    {
        await PostAsync($$$"""{"type":"response.output_item.done","output_index":0,"item":{"id":"ig_1","type":"image_generation_call","status":"completed","result":"{{{new string('A', 600_000)}}}"}}""" + "\n", type: null);

        var result = (await LogAsync())[^1].GetProperty("payload");
        (result.GetProperty("result").GetString(), result.GetProperty("truncated")[0].GetString()).ShouldBe(("", "/item/result"));
    }

    [Fact]
    public async Task Publish_RefusesServerSentEvents_WhichItDoesNotRead()
    {
        var answer = await _server.PostAsync("/events/s", "data: {}\n\n", "text/event-stream");
        answer.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    private static string Framed(string body) => body.Replace("#2", Stopped, StringComparison.Ordinal).Replace("#", Begun, StringComparison.Ordinal);

    private async Task<IReadOnlyList<JsonElement>> PostAsync(string body, string? type, string source = "openai", string query = "")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _server.Client.PostAsync(new Uri($"/ingest/{source}?session_id=s{query}", UriKind.Relative), content, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private async Task<IReadOnlyList<JsonElement>> LogAsync()
    {
        var page = await _server.Bus.ReadAsync(EventStream.Bus.StreamKey.Session("s"), Cursor.Zero, 1000, Cancellation);
        return [.. page.Entries.Select(entry => JsonElement.Parse(entry.Envelope.Span))];
    }

    private async Task<IReadOnlyList<string>> TypesAsync() => [.. (await LogAsync()).Select(logged => logged.GetProperty("type").GetString()!)];

    private sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
