using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>Native events are posted to the public route, and canonical ones read from the stream.</summary>
public sealed class VectorHttpTests
{
    public static TheoryData<string> Ids => [.. Vector.All.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Post_MakesTheStreamSayWhatTheVectorExpects_OneFrameAfterTheOther(string id)
    {
        var vector = Vector.All[id];
        await using var server = TestServer.Start();
        var answers = new List<JsonElement>();
        foreach (var frame in vector.Input) answers.Add(JsonElement.Parse(await PostAsync(server, vector, "application/json", frame)));
        await AssertStreamsAsync(server, vector, answers);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Post_MakesTheStreamSayWhatTheVectorExpects_OneFrameALine(string id)
    {
        var vector = Vector.All[id];
        await using var server = TestServer.Start();
        var lines = await PostAsync(server, vector, "application/x-ndjson", string.Join('\n', vector.Input.Select(frame => Encoding.UTF8.GetString(CompactJson.From(Encoding.UTF8.GetBytes(frame))))));
        await AssertStreamsAsync(server, vector, [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]);
    }

    private static async Task AssertStreamsAsync(TestServer server, Vector vector, IReadOnlyList<JsonElement> answers)
    {
        var stored = answers.SelectMany(Receipts).SelectMany(answer => answer.GetProperty("events").EnumerateArray())
            .Where(ingested => ingested.GetProperty("outcome").GetString() == "stored").ToList();
        var streams = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>();
        foreach (var session in stored.CountBy(ingested => ingested.GetProperty("session_id").GetString()!)) streams[session.Key] = await StreamAsync(server, session.Key, session.Value);
        var events = stored.ConvertAll(ingested => streams[ingested.GetProperty("session_id").GetString()!][ingested.GetProperty("id").GetString()!]);
        Vector.AssertMatches(vector.Expect, events);
        events.ShouldAllBe(streamed => streamed.GetProperty("source").GetString() == vector.Source || vector.Source == "auto");
    }

    // A refusal (409) is a problem that contains the receipts.
    private static IEnumerable<JsonElement> Receipts(JsonElement answer) => answer.TryGetProperty("receipts", out var refused) ? [.. refused.EnumerateArray()] : [answer];

    private static async Task<IReadOnlyDictionary<string, JsonElement>> StreamAsync(TestServer server, string session, int count)
    {
        if (session == EventRules.ReservedSessionId)
            return (await server.Bus.ReadAsync(StreamKey.Broadcast, Cursor.Zero, count, TestContext.Current.CancellationToken)).Entries.ToDictionary(entry => $"{entry.Cursor}", entry => JsonElement.Parse(entry.Envelope.Span));
        await using var client = await server.OpenAsync($"/events/{session}?from=earliest");
        await client.NextAsync();
        return (await client.NextAsync(count)).ToDictionary(item => item.EventId!, item => JsonElement.Parse(item.Data));
    }

    private static async Task<string> PostAsync(TestServer server, Vector vector, string contentType, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, contentType);
        using var answer = await server.Client.PostAsync(new Uri($"/ingest/{vector.Source}{HttpIngestReceipts.QueryOf(vector.Context)}", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBeOneOf([200, 409], text);
        return text;
    }
}
