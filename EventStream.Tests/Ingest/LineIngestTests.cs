using System.Net;
using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Ingest;

public sealed class LineIngestTests : IAsyncDisposable
{
    private const string Line = """{"type":"zzz.unknown","n":1}""";
    private const string Head = "POST /ingest/argos?session_id=s HTTP/1.1\nHost: localhost\nContent-Type: application/x-ndjson\nTransfer-Encoding: chunked\n\n";

    private readonly TestServer _server = TestServer.Start();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Lines_AreAnsweredOneByOne_UnderTheirNumbers()
    {
        var answers = await PostAsync($"{Line}\n\n  \r\n{Line}\r\n[{Line},{Line}]");
        answers.Select(answer => answer.GetProperty("line").GetInt64()).ShouldBe([1, 4, 5]);
        answers.Select(answer => answer.GetProperty("events").GetArrayLength()).ShouldBe([1, 1, 2]);
    }

    [Fact]
    public async Task Lines_EndAtTheFirstBadOne_WithThoseBeforeItStored()
    {
        var answers = await PostAsync($"{Line}\n{Line}\n{{\"a\n{Line}");
        answers.Select(answer => answer.GetProperty("line").GetInt64()).ShouldBe([1, 2, 3]);
        answers[2].EnumerateObject().Select(member => member.Name).ShouldBe(["line", "error"]);
        answers[2].GetProperty("error").GetString().ShouldBe("The text is not valid JSON at byte 4.");
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Lines_GoOn_WhenBadOnesAreSkipped()
    {
        var answers = await PostAsync($"x\n{Line}\n[]7\n{Line}", "&on_error=skip");
        answers.Select(answer => answer.TryGetProperty("error", out _)).ShouldBe([true, false, true, false]);
        (await CountAsync()).ShouldBe(2);
    }

    [Theory]
    [InlineData("x\n", 400, "Line 1: The text is not valid JSON at byte 1.")]
    [InlineData("\n\n7\n", 400, "Line 3: A native event must be a JSON object.")]
    [InlineData("", 400, "The body is empty; send native events as JSON, one a line.")]
    public async Task Lines_AreRefusedWithAStatus_WhenTheFirstIsBad(string body, int status, string title)
    {
        var answer = await _server.PostAsync("/ingest/argos?session_id=s", body, "application/x-ndjson");
        ((int)answer.Status, answer.Title).ShouldBe((status, title));
    }

    [Fact]
    public async Task Lines_AreRefusedOneByOne_WhenTheyAreTooLong()
    {
        var large = $$"""{"type":"zzz.unknown","text":"{{new string('x', 300_000)}}"}""";
        var tooLong = new string('y', (1024 * 1024) + 1);
        var answers = await PostAsync($"{Line}\n{large}\n{tooLong}\n{Line}\n{tooLong}{tooLong}", "&on_error=skip");
        answers.Select(answer => answer.TryGetProperty("error", out var error) ? error.GetString()!.Split(';')[0] : null).ShouldBe(
            [null, "An event may take 262144 bytes as JSON", "The line is longer than 1048576 bytes.", null, "The line is longer than 1048576 bytes."]);
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Lines_HaveNoEnd_OtherThanTheirOwn()
    {
        const int Count = 40_000;
        var body = new StringBuilder();
        for (var i = 0; i < Count; i++) body.Append(Line.Replace("1}", $"{i},\"text\":\"{new string('x', 220)}\"}}", StringComparison.Ordinal)).Append('\n');
        body.Length.ShouldBeGreaterThan(2 * EventLimits.MaxBatchBytes);
        var answers = await PostAsync(body.ToString());
        answers.Count.ShouldBe(Count);
        answers[^1].GetProperty("events")[0].GetProperty("id").GetString().ShouldEndWith($"-{Count}");
    }

    [Fact]
    public async Task Lines_AreStored_WhileTheRequestGoesOn()
    {
        using var client = await RawClient.ConnectAsync(_server.Address, Cancellation);
        await client.SendAsync(Head, Cancellation);
        for (var i = 1; i <= 3; i++)
        {
            await client.SendAsync($"{Line.Length + 2:x}\n{Line}\n\n", Cancellation);
            (await client.ReadUntilAsync($"\"line\":{i},", Cancellation)).ShouldContain("\"outcome\":\"stored\"");
            (await CountAsync()).ShouldBe(i);
        }
        await client.SendAsync("0\n\n", Cancellation);
        (await client.ReadUntilAsync("0\r\n\r\n", Cancellation)).ShouldEndWith("0\r\n\r\n");
    }

    [Fact]
    public async Task Lines_ThatWereWhole_AreStored_WhenTheClientLeaves()
    {
        using (var client = await RawClient.ConnectAsync(_server.Address, Cancellation))
        {
            await client.SendAsync($"{Head}{Line.Length + 6:x}\n{Line}\n{Line[..4]}\n", Cancellation);
            await client.ReadUntilAsync("\"line\":1,", Cancellation);
        }
        using var second = await RawClient.ConnectAsync(_server.Address, Cancellation);
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Lines_End_WhenTheServerStops()
    {
        using var client = await RawClient.ConnectAsync(_server.Address, Cancellation);
        await client.SendAsync($"{Head}{Line.Length + 2:x}\n{Line}\n\n", Cancellation);
        await client.ReadUntilAsync("\"line\":1,", Cancellation);
        var stopping = _server.StopAsync();
        (await client.ReadUntilAsync("\r\n0\r\n", Cancellation)).ShouldContain("{\"line\":2,\"error\":\"The server is stopping; send the lines from here on to another node.\"}");
        await stopping;
    }

    [Fact]
    public async Task Lines_Say_WhereTheBusStoppedAnswering()
    {
        var bus = new FailingBus(() => new BusUnavailableException("The test's bus is out.")) { FailuresLeft = 0 };
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "0" });
        var answer = await server.PostAsync("/ingest/argos?session_id=s", Line, "application/x-ndjson");
        answer.Status.ShouldBe(HttpStatusCode.OK);

        await using var broken = TestServer.StartWith(new FailingBus(() => new BusUnavailableException("The test's bus is out.")), new() { ["Publishing:RetryBudget"] = "0" });
        (await broken.PostAsync("/ingest/argos?session_id=s", Line, "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private async Task<IReadOnlyList<JsonElement>> PostAsync(string lines, string query = "")
    {
        var answer = await _server.PostAsync($"/ingest/argos?session_id=s{query}", lines, "application/x-ndjson");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private async Task<long> CountAsync() => (await _server.Bus.ReadAsync(StreamKey.Session("s"), Cursor.Zero, 0, Cancellation)).Count;
}
