using System.Text.Json;
using EventStream.Events;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class VectorTests
{
    public static TheoryData<string> Ids => [.. Vector.All.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Ingest_StoresWhatTheVectorExpects_OneFrameAfterTheOther(string id)
    {
        var vector = Vector.All[id];
        var run = new SourceRun();
        foreach (var frame in vector.Input) await run.IngestTogetherAsync(vector.Source, vector.Context, frame);
        Vector.AssertMatches(vector.Expect, [.. run.Stored.Select(Envelope)]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Ingest_StoresWhatTheVectorExpects_AllFramesTogether(string id)
    {
        var vector = Vector.All[id];
        var run = new SourceRun();
        await run.IngestTogetherAsync(vector.Source, vector.Context, [.. vector.Input]);
        Vector.AssertMatches(vector.Expect, [.. run.Stored.Select(Envelope)]);
    }

    private static JsonElement Envelope(Event stored) => JsonElement.Parse(EventWriter.ToUtf8(stored));
}
