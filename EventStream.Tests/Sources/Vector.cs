using System.Text.Json;
using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;

namespace EventStream.Tests.Sources;

/// <summary>Native events and the canonical ones that they must become.</summary>
internal sealed record Vector(string Id, string Source, IngestContext Context, IReadOnlyList<string> Input, IReadOnlyList<JsonElement> Expect)
{
    private static readonly Dictionary<string, string> Sources = new() { ["000"] = "eddie", ["001"] = "adk", ["002"] = "argos", ["003"] = "cognesy", ["004"] = "ya-agent" };

    public static IReadOnlyDictionary<string, Vector> All { get; } = Load().ToDictionary(vector => vector.Id);

    /// <summary>Fails unless the events match in number, order, type, session and the named members.</summary>
    public static void AssertMatches(IReadOnlyList<JsonElement> expected, IReadOnlyList<JsonElement> envelopes)
    {
        envelopes.Select(envelope => envelope.GetProperty("type").GetString()).ShouldBe(expected.Select(expect => expect.GetProperty("type").GetString()));
        foreach (var (expect, envelope) in expected.Zip(envelopes))
        {
            if (expect.TryGetProperty("session_id", out var session)) envelope.GetProperty("session_id").GetString().ShouldBe(session.GetString());
            if (expect.TryGetProperty("payload", out var payload)) AssertHolds(payload, envelope.GetProperty("payload"), $"{envelope}");
        }
    }

    private static void AssertHolds(JsonElement expected, JsonElement actual, string shown)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            JsonElement.DeepEquals(expected, actual).ShouldBeTrue($"{expected} is {actual} in {shown}");
            return;
        }
        foreach (var member in expected.EnumerateObject())
        {
            actual.TryGetProperty(member.Name, out var value).ShouldBeTrue($"{member.Name} is missing in {shown}");
            AssertHolds(member.Value, value, shown);
        }
    }

    private static IEnumerable<Vector> Load() => Directory.GetFiles(Repository.PathOf("EventStream.Tests", "Sources", "Rows"), "*.json").Order(StringComparer.Ordinal)
        .Prepend(Repository.PathOf("EventStream.Tests", "Sources", "vectors.json")).SelectMany(Load);

    private static IEnumerable<Vector> Load(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var vector in file.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var input = vector.GetProperty("input");
            yield return new Vector(
                vector.GetProperty("id").GetString()!,
                vector.GetProperty("source").GetString() is var source && Sources.TryGetValue(source!, out var name) ? name : source!,
                ContextOf(vector),
                input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(frame => frame.GetRawText())] : [input.GetRawText()],
                [.. vector.GetProperty("expect").EnumerateArray().Select(expect => expect.Clone())]);
        }
    }

    private static IngestContext ContextOf(JsonElement vector)
    {
        if (!vector.TryGetProperty("context", out var context) || context.ValueKind != JsonValueKind.Object) return new IngestContext();
        return new IngestContext { SessionId = Text("session_id"), RunId = Text("run_id"), ProjectId = Text("project_id"), ExecutionId = Text("execution_id"), Class = Text("class") };

        string? Text(string name) => context.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
