using System.Text;
using System.Text.Json;
using EventStream.Dialects;
using Shouldly;

namespace EventStream.Tests.Dialects.AiSdk;

/// <summary>What a client of the AI SDK does with chunks: it fails at those that break a rule, and builds a message from the others.</summary>
internal sealed class AiSdkClient
{
    private static readonly string[] AnyValue = ["input", "output", "data"];

    private readonly List<JsonElement> _chunks = [];
    private readonly List<Part> _parts = [];
    private readonly Dictionary<string, Part> _open = [];
    private bool _isDone;

    public IReadOnlyList<JsonElement> Chunks => _chunks;

    public IEnumerable<string> Types => _chunks.Select(next => Member(next, "type"));

    public string? MessageId { get; private set; }

    /// <summary>The parts of the message, one line each.</summary>
    public IReadOnlyList<string> Parts => [.. _parts.Select(part => $"{part.Kind} {part.State}: {part.Text}")];

    /// <summary>Whether the stream said that it is over.</summary>
    public bool IsDone => _isDone;

    public AiSdkClient Read(IEnumerable<DialectMessage> messages)
    {
        foreach (var message in messages)
        {
            message.Name.ShouldBeEmpty();
            var text = Encoding.UTF8.GetString(message.Data.Span);
            if (text == "[DONE]")
            {
                Types.Last().ShouldBe("finish");
                _isDone = true;
            }
            else Read(JsonElement.Parse(text));
        }
        return this;
    }

    private void Read(JsonElement next)
    {
        _chunks.Add(next);
        var type = Member(next, "type");
        (type == "start").ShouldBe(_chunks.Count == 1, $"{next}");
        foreach (var member in next.EnumerateObject()) if (!AnyValue.Contains(member.Name)) member.Value.ValueKind.ShouldNotBe(JsonValueKind.Null, $"{next}");
        AssertTame(next);
        switch (type)
        {
            case "start": MessageId = Member(next, "messageId"); break;
            case "text-start" or "reasoning-start": Start(next, type[..^6]); break;
            case "text-delta" or "reasoning-delta": Open(next, type[..^6]).Text += Member(next, "delta"); break;
            case "text-end" or "reasoning-end": End(next, type[..^4]); break;
            case "tool-input-start": Call(next, "input-streaming").Text = ""; break;
            case "tool-input-delta": Streaming(next).Text += Member(next, "inputTextDelta"); break;
            case "tool-input-available": Call(next, "input-available").Text = next.GetProperty("input").GetRawText(); break;
            case "tool-input-error": Call(next, "output-error").Text = $"{next.GetProperty("input")} {Member(next, "errorText")}"; break;
            case "tool-output-available": Known(next, "output-available").Text += $" {next.GetProperty("output").GetRawText()}"; break;
            case "tool-output-error": Known(next, "output-error").Text += $" {Member(next, "errorText")}"; break;
            case "tool-output-denied": Known(next, "output-denied"); break;
            case "tool-approval-request": Known(next, "approval-requested").Text += $" {Member(next, "approvalId")}"; break;
            case "start-step": _parts.Add(new Part("step-start", "", "")); break;
            // Clients before version 7 forget what is open.
            case "finish-step": _open.Keys.ShouldBeEmpty($"{next}"); break;
            case "finish" or "error" or "abort": _parts.ShouldNotContain(part => part.State.EndsWith("streaming", StringComparison.Ordinal), $"{next}"); break;
            default: Data(next, type); break;
        }
    }

    private void Start(JsonElement next, string kind)
    {
        var part = new Part(kind, "streaming", "");
        _open.TryAdd($"{kind}/{Member(next, "id")}", part).ShouldBeTrue($"{next} is open already.");
        _parts.Add(part);
    }

    private Part Open(JsonElement next, string kind) => _open.GetValueOrDefault($"{kind}/{Member(next, "id")}") ?? throw new InvalidOperationException($"{next} wasn't started.");

    private void End(JsonElement next, string kind)
    {
        Open(next, kind).State = "done";
        _open.Remove($"{kind}/{Member(next, "id")}");
    }

    private Part Call(JsonElement next, string state)
    {
        next.GetProperty("dynamic").GetBoolean().ShouldBeTrue();
        next.GetProperty("providerExecuted").GetBoolean().ShouldBeTrue();
        var id = Member(next, "toolCallId");
        // The input of a call is looked for in the newest step alone.
        var step = _parts.FindLastIndex(part => part.Kind == "step-start") + 1;
        var known = _parts.Skip(step).FirstOrDefault(part => part.CallId == id);
        _parts.Take(step).ShouldNotContain(part => part.CallId == id, $"{next} makes a second part.");
        if (known is null) _parts.Add(known = new Part($"tool {id}", "", "") { CallId = id });
        known.State = state;
        known.Kind = $"tool {Member(next, "toolName")} {id}";
        return known;
    }

    private Part Streaming(JsonElement next) => Known(next, "input-streaming");

    private Part Known(JsonElement next, string state)
    {
        var part = _parts.FindLast(part => part.CallId == Member(next, "toolCallId")) ?? throw new InvalidOperationException($"{next} is of an unknown call.");
        if (state == "input-streaming") part.State.ShouldBe(state, $"{next}");
        part.State = state;
        return part;
    }

    private void Data(JsonElement next, string type)
    {
        type.ShouldStartWith("data-");
        if (next.TryGetProperty("transient", out _)) return;
        var id = next.TryGetProperty("id", out var given) ? given.GetString() : null;
        var known = id is null ? null : _parts.Find(part => part.Kind == $"{type} {id}");
        if (known is null) _parts.Add(known = new Part($"{type} {id}", "", ""));
        known.Text = next.GetProperty("data").GetRawText();
    }

    private static void AssertTame(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) AssertTame(item);
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            member.Name.ShouldNotBe("__proto__");
            (member.Name == "constructor" && member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty("prototype", out _)).ShouldBeFalse();
            AssertTame(member.Value);
        }
    }

    private static string Member(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private sealed class Part(string kind, string state, string text)
    {
        public string Kind { get; set; } = kind;

        public string State { get; set; } = state;

        public string Text { get; set; } = text;

        public string? CallId { get; init; }
    }
}
