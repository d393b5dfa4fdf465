using System.Net;
using EventStream.Api.Ingest;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Ingest;

/// <summary>What uploads may hold of a node, and for how long.</summary>
public sealed class UploadLimitTests
{
    private const string Line = """{"type":"zzz.unknown","n":1}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_IsRefused_WhenThereAreTooMany()
    {
        await using var server = TestServer.Start(new() { ["Ingest:MaxUploads"] = "2" });
        using var refused = new Measurements(server, "eventstream.uploads.refused");
        using var first = await BeginAsync(server, "{");
        using (await BeginAsync(server, "{"))
        {
            await Eventually.TrueAsync(() => UploadsOf(server).Count == 2, Cancellation);

            var answer = await server.PostAsync("/ingest/argos?session_id=s", Line, "application/x-ndjson");

            answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.RetryAfter.ShouldNotBeNull();
            answer.Title.ShouldBe("This node takes 2 uploads at once (Ingest:MaxUploads); nothing was stored. Send the lines again later, or to another node.");
            (refused.Sum, refused.HasTag("busy")).ShouldBe((1, true));
            (await server.PostAsync("/ingest/argos?session_id=s", Line)).Status.ShouldBe(HttpStatusCode.OK);
        }
        await Eventually.TrueAsync(() => UploadsOf(server).Count == 1, Cancellation);
        (await server.PostAsync("/ingest/argos?session_id=s", Line, "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Uploads_HoldNoMoreThanTheirBudget_WhenTheirLinesHaveNoEnd()
    {
        const int MaxBytes = 2 * 1024 * 1024;
        await using var server = TestServer.Start(new() { ["Ingest:MaxBytes"] = $"{MaxBytes}" });
        var clients = new List<RawClient>();
        for (var i = 0; i < 6; i++) clients.Add(await BeginAsync(server, new string('x', 900_000)));

        // Two of the lines fit; which ones depends on the order in which they are read.
        var answers = clients.ConvertAll(client => client.ReadUntilAsync("\r\n0\r\n", Cancellation));
        await Eventually.TrueAsync(() => answers.Count(answer => answer.IsCompleted) == 4, Cancellation);

        foreach (var refused in answers.Where(answer => answer.IsCompleted))
        {
            var answer = await refused;
            answer.ShouldStartWith("HTTP/1.1 503 ");
            answer.ShouldContain("Retry-After: ");
            answer.ShouldContain("Ingest:MaxBytes");
        }
        UploadsOf(server).Budget.Taken.ShouldBeInRange(1, MaxBytes);
        (await server.PostAsync("/ingest/argos?session_id=s", $"{Line}\n{Line}", "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var client in clients) client.Dispose();
        await Eventually.TrueAsync(() => UploadsOf(server) is { Count: 0, Budget.Taken: 0 }, Cancellation);
    }

    [Fact]
    public async Task Line_IsRefused_WhenItDoesntEndInTime()
    {
        await using var server = TestServer.Start(new() { ["Ingest:LineTimeout"] = "00:00:01" });
        using var refused = new Measurements(server, "eventstream.uploads.refused");
        using var client = await BeginAsync(server, Line[..10]);

        var answer = await client.ReadUntilAsync("\r\n0\r\n", Cancellation);

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("The line didn't end within 1 seconds (Ingest:LineTimeout); send it whole.");
        refused.HasTag("late_line").ShouldBeTrue();
        await Eventually.TrueAsync(() => UploadsOf(server).Count == 0, Cancellation);
    }

    [Fact]
    public async Task Line_IsRefusedAlone_WhenBadOnesAreSkipped()
    {
        await using var server = TestServer.Start(new() { ["Ingest:LineTimeout"] = "00:00:01" });
        using var client = await BeginAsync(server, $"{Line}\n{Line[..10]}", "&on_error=skip");
        (await client.ReadUntilAsync("\"line\":2,", Cancellation)).ShouldContain("Ingest:LineTimeout");

        await SendAsync(client, $"{Line[10..]}\n{Line}\n");

        (await client.ReadUntilAsync("\"line\":3,", Cancellation)).ShouldContain("\"outcome\":\"stored\"");
        (await CountAsync(server)).ShouldBe(2);
    }

    [Fact]
    public async Task Line_IsRefused_WhenItArrivesByteByByte()
    {
        await using var server = TestServer.Start(new() { ["Ingest:LineTimeout"] = "00:00:01" });
        using var client = await BeginAsync(server, "{");
        var answer = client.ReadUntilAsync("\r\n0\r\n", Cancellation);
        await Eventually.TrueAsync(async () =>
        {
            if (!answer.IsCompleted) await SendAsync(client, "x");
            return answer.IsCompleted;
        }, Cancellation);

        (await answer).ShouldStartWith("HTTP/1.1 408 ");
    }

    [Fact]
    public async Task Upload_GoesOn_WhenItIsSilentBetweenLines()
    {
        var time = new SteppedTime();
        await using var server = TestServer.Start(services: services => services.AddSingleton<TimeProvider>(time));
        using var client = await BeginAsync(server, $"{Line}\n");
        var first = client.ReadUntilAsync("\"line\":1,", Cancellation);
        // The first answer waits for a pause of the upload.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(LineAnswers.Pause);
            return first.IsCompleted;
        }, Cancellation);
        for (var line = 1; line <= 3; line++)
        {
            (line == 1 ? await first : await client.ReadUntilAsync($"\"line\":{line},", Cancellation)).ShouldContain("\"outcome\":\"stored\"");
            time.Advance(TimeSpan.FromHours(1));
            await SendAsync(client, $"{Line}\n");
        }
        (await client.ReadUntilAsync("\"line\":4,", Cancellation)).ShouldContain("\"outcome\":\"stored\"");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_IsCut_WhenNoOneReadsItsAnswers(bool goesOnSending)
    {
        await using var server = TestServer.Start(new() { ["Ingest:AnswerTimeout"] = "00:00:01", ["Ingest:MaxBytes"] = $"{2 * 1024 * 1024}" });
        using var refused = new Measurements(server, "eventstream.uploads.refused");
        using var client = await BeginAsync(server, "\n", "&on_error=skip");
        var lines = string.Concat(Enumerable.Repeat("1\n", 10_000));
        var sending = Task.Run(async () =>
        {
            for (var sent = 0; sent < 40 || goesOnSending; sent++) await SendAsync(client, lines);
        }, Cancellation);

        await Eventually.TrueAsync(() => refused.HasTag("unread_answers"), Cancellation);

        UploadsOf(server).Budget.Taken.ShouldBeLessThanOrEqualTo(2 * 1024 * 1024);
        await Eventually.TrueAsync(() => UploadsOf(server) is { Count: 0, Budget.Taken: 0 }, Cancellation);
        client.Dispose();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Upload_MakesRoomAmongItsOwnSessions_WhenItNamesMoreThanTheNodeHolds()
    {
        await using var server = TestServer.Start(new() { ["InMemoryBus:MaxStreams"] = "1000" });
        for (var i = 0; i < 50; i++) await server.PostAsync($"/events/other{i}", """{"type":"note"}""");

        var lines = string.Concat(Enumerable.Range(0, 5000).Select(number => $$$"""{"session_id":"named-{{{number}}}","type":"agent_thought","payload":{}}""" + "\n"));
        (await server.PostAsync("/ingest/adk", lines, "application/x-ndjson")).Status.ShouldBe(HttpStatusCode.OK);

        for (var i = 0; i < 50; i++) (await CountAsync(server, $"other{i}")).ShouldBe(1);
        (await CountAsync(server, "named-4999")).ShouldBe(1);
    }

    private static Uploads UploadsOf(TestServer server) => server.Services.GetRequiredService<Uploads>();

    private static async Task<RawClient> BeginAsync(TestServer server, string text, string query = "")
    {
        var client = await RawClient.ConnectAsync(server.Address, Cancellation);
        await client.SendAsync($"POST /ingest/argos?session_id=s{query} HTTP/1.1\nHost: localhost\nContent-Type: application/x-ndjson\nTransfer-Encoding: chunked\n\n", Cancellation);
        await SendAsync(client, text);
        return client;
    }

    private static Task SendAsync(RawClient client, string text) => client.SendAsync($"{text.ReplaceLineEndings("\r\n").Length:x}\n{text}\n", Cancellation);

    private static async Task<long> CountAsync(TestServer server, string session = "s") => (await server.Bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 0, Cancellation)).Count;
}
