using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.Eddie;

/// <summary>Mangled frames throw nothing but the exceptions that ingest answers, and no part of them is lost.</summary>
public sealed class EddieFuzzTests
{
    private static readonly ISourceNormaliser Source = SourceCatalogue.Find("eddie")!;

    private static readonly string[] Names =
    [
        "session.created", "session.updated", "session.deleted", "message.created", "message.updated", "message.partial", "message.reasoning.partial", "message.reasoning.completed",
        "agent.activity", "tool.call", "tool.result", "trace.created", "trace.updated", "config.updated", "logs.created", "message.send", "execution-tree.updated",
        "ChatMessageCreatedEvent", "ChatMessagePartialEvent", "ChatSessionCreatedEvent", "ChatSessionUpdatedEvent", "ChatSessionToolCallEvent", "ChatSessionToolResultEvent",
        "delta", "reasoning_delta", "reasoning_end", "tool_call", "tool_result", "tool_error", "error", "notification", "end", "other", "", "\\ud800",
    ];

    private static readonly string[] Members =
    [
        "id", "sessionId", "role", "content", "createdAt", "updatedAt", "toolCallId", "name", "state", "timestamp", "arguments", "args", "result", "agentId", "status", "durationMs", "metadata", "level",
        "message", "messageId", "context", "text", "responseId", "reason", "usage", "cause", "payload", "type", "event", "data", "phase", "agent", "metrics", "historyLength", "run_id", "runId", "native",
        "value", "replace", "message_id", "tool_call_id", "tool", "severity", "error", "delta", "session_id", "\\ud800", "n\\u0061me", "",
    ];

    private static readonly Gen<string> Leaf = Gen.OneOf(
        from number in Gen.Choose(1, 1_000_000) select $"\"leaf-{number}\"",
        from number in Gen.Choose(1, 1_000_000) select $"{number}.{number}",
        Gen.Elements("1e999", "-0", "99999999999999999999999999", "true", "null", "\"\"", "\" \"", "\"\\ud800\"", "\"a\\ud83d\\ude00\"", "\"2025-10-15T21:57:12.004Z\"", "\"assistant\"", "\"user\"", "\"error\"", "\"{\\\"a\\\":1}\"", "\"x…\"", "[]", "{}"));

    private static readonly Gen<string> Value = Gen.Frequency(
        (8, Leaf),
        (2, from members in Gen.ListOf(Member(Leaf), 4) select Object(members)),
        (1, from leaves in Gen.ListOf(Leaf, 3) select $"[{string.Join(',', leaves)}]"),
        (1, from depth in Gen.Choose(1, 60) from leaf in Leaf select $"{new string('[', depth)}{leaf}{new string(']', depth)}"));

    private static readonly Gen<string> Body = Gen.OneOf(
        from count in Gen.Choose(0, 10) from members in Gen.ListOf(Member(Value), count) select Object(members),
        from count in Gen.Choose(0, 10) from members in Gen.ListOf(Member(Value), count) select Object([.. members, "\"sessionId\":\"s1\"", "\"id\":\"leaf-7\"", "\"content\":\"leaf-8\"", "\"text\":\"leaf-9\""]),
        Value);

    private static readonly Gen<string> Frame = Gen.OneOf(
        from name in Gen.Elements(Names)
        from body in Body
        from more in Gen.ListOf(Member(Value), 1)
        from hasMore in Gen.Elements(false, false, true)
        select Object([$"\"event\":\"{name}\"", $"\"data\":{body}", .. hasMore ? more : []]),
        from name in Gen.Elements(Names) from bodies in Gen.ListOf(Body, 2) select Object([$"\"event\":\"{name}\"", $"\"data\":[{string.Join(',', bodies)}]"]),
        from name in Gen.Elements(Names) from kind in Gen.Elements("type", "phase", "event") from members in Gen.ListOf(Member(Value), 6) select Object([$"\"{kind}\":\"{name}\"", .. members]),
        from members in Gen.ListOf(Member(Value), 6) select Object(members));

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => PropertyCheck.Run(6000, Prop.ForAll(Frame.ToArbitrary(), frame => AssertKept(frame, new IngestContext { SessionId = "s1" })));

    [Fact]
    public void Normalise_LosesNothing_WhenTheClassIsGiven() => PropertyCheck.Run(2000, Prop.ForAll(
        Gen.Elements(Names).Where(name => name.Length is > 0 and < 40).Zip(Body).Where(pair => pair.Item2[0] == '{').ToArbitrary(),
        pair => AssertKept(pair.Item2, new IngestContext { SessionId = "s1", Class = pair.Item1 })));

    [Fact]
    public void Read_OnlyEverAsksForASession_WhateverComes() => PropertyCheck.Run(3000, Prop.ForAll(Frame.ToArbitrary(), frame =>
    {
        Rejections.OrNull(() => Normalise(JsonElement.Parse(frame), new IngestContext()));
    }));

    [Fact]
    public void Normalise_OnlyEverGoesOn_WhateverCameBefore() => PropertyCheck.Run(300, Prop.ForAll(Gen.ListOf(Frame, 30).ToArbitrary(), frames =>
    {
        var natives = frames.SelectMany(frame => NativeReader.Read(JsonElement.Parse(frame), Source, new IngestContext { SessionId = "s1" })).ToList();
        var batch = SourceBatch.From(natives, 0, SessionState.Empty, new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _);
        foreach (var normalised in batch.Events) EventReader.Read(EventWriter.ToUtf8(normalised), new EventDefaults("s1", FixedTime.Instance));
    }));

    private static void AssertKept(string json, IngestContext context)
    {
        var frame = JsonElement.Parse(json);
        var told = string.Concat(Normalise(frame, context).Select(normalised => Encoding.UTF8.GetString(EventWriter.ToUtf8(normalised))));
        foreach (var leaf in Leaves(frame)) told.ShouldContain(leaf, Case.Sensitive, $"{leaf} is lost of {json}");
    }

    private static IReadOnlyList<Event> Normalise(JsonElement frame, IngestContext context)
    {
        var natives = NativeReader.Read(frame, Source, context);
        var output = new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance);
        return [.. natives.GroupBy(native => native.SessionId).SelectMany(group => SourceBatch.From([.. group], 0, SessionState.Empty, output, out _).Events)];
    }

    // Only values that can't be confused with others; the rest of a frame is there to mislead the normaliser.
    private static IEnumerable<string> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Where(member => !IsTime(member)).SelectMany(member => Leaves(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String when JsonText.Text(value) is { } text && text.StartsWith("leaf-", StringComparison.Ordinal) => [text],
        JsonValueKind.Number when value.GetRawText().Contains('.') => [value.GetRawText()],
        _ => [],
    };

    // The envelope carries the time, in another form.
    private static bool IsTime(JsonProperty member) => JsonMarshal.GetRawUtf8PropertyName(member).SequenceEqual("timestamp"u8) && member.Value.ValueKind == JsonValueKind.Number;

    private static Gen<string> Member(Gen<string> value) => from name in Gen.Elements(Members) from json in value select $"\"{name}\":{json}";

    private static string Object(IEnumerable<string> members) => $"{{{string.Join(',', members)}}}";
}
