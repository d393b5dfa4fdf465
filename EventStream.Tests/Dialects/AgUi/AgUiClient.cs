using System.Text;
using System.Text.Json;
using EventStream.Dialects;
using EventStream.Sessions;
using Shouldly;

namespace EventStream.Tests.Dialects.AgUi;

/// <summary>What a client of AG-UI does with its events: it refuses those that break a rule, and builds messages from the others.</summary>
internal sealed class AgUiClient
{
    private readonly HashSet<string> _open = [];
    private readonly HashSet<string> _subagents = [];
    private readonly List<JsonElement> _events = [];
    private List<Told> _messages = [];
    private SharedState? _state;
    private string? _last;

    public IReadOnlyList<JsonElement> Events => _events;

    public IEnumerable<string> Types => _events.Select(next => Member(next, "type"));

    /// <summary>The state, as JSON.</summary>
    public string? State => _state?.ToJson();

    /// <summary>The messages, one line each.</summary>
    public IReadOnlyList<string> Messages => [.. _messages.Select(message => $"{message}")];

    public bool IsInRun => _last is not (null or "RUN_FINISHED" or "RUN_ERROR");

    public AgUiClient Read(IEnumerable<DialectMessage> messages)
    {
        foreach (var message in messages) Read(JsonElement.Parse(message.Data.Span));
        return this;
    }

    private void Read(JsonElement next)
    {
        _events.Add(next);
        var type = Member(next, "type");
        var isBoundary = type is "RUN_STARTED" or "RUN_ERROR";
        isBoundary.ShouldBe(isBoundary || !IsInRun, $"{type} outside of a run");
        foreach (var member in next.EnumerateObject()) if (member.Name != "value") member.Value.ValueKind.ShouldNotBe(JsonValueKind.Null, $"{next}");
        if (type == "RUN_ERROR") _last.ShouldNotBe("RUN_ERROR");
        if (next.TryGetProperty("subagentRunId", out var owner) && !type.StartsWith("SUBAGENT", StringComparison.Ordinal)) _open.ShouldContain($"subagent {owner}", $"{next}");
        _last = type;
        switch (type)
        {
            case "RUN_STARTED": Start(); break;
            case "RUN_FINISHED": _open.ShouldBeEmpty($"{next}"); break;
            case "RUN_ERROR": _open.Clear(); break;
            case "TEXT_MESSAGE_START": Begin(next, "text", "messageId", Member(next, "role")); break;
            case "TEXT_MESSAGE_CONTENT": Append(next, "text", "messageId"); break;
            case "TEXT_MESSAGE_END": End(next, "text", "messageId"); break;
            case "REASONING_START": Open($"span {Member(next, "messageId")}"); break;
            case "REASONING_MESSAGE_START": Begin(next, "reasoning", "messageId", "reasoning"); break;
            case "REASONING_MESSAGE_CONTENT": Append(next, "reasoning", "messageId"); break;
            case "REASONING_MESSAGE_END": End(next, "reasoning", "messageId"); break;
            case "REASONING_END": _open.Remove($"span {Member(next, "messageId")}").ShouldBeTrue($"{next}"); break;
            case "TOOL_CALL_START": Begin(next, "call", "toolCallId", Member(next, "toolCallName")); break;
            case "TOOL_CALL_ARGS": Append(next, "call", "toolCallId"); break;
            case "TOOL_CALL_END": End(next, "call", "toolCallId"); break;
            case "TOOL_CALL_RESULT": Answer(next); break;
            case "STEP_STARTED": Open($"step {Member(next, "stepName")}"); break;
            case "STEP_FINISHED": _open.Remove($"step {Member(next, "stepName")}").ShouldBeTrue($"{next}"); break;
            case "SUBAGENT_STARTED": StartSubagent(next); break;
            case "SUBAGENT_FINISHED" or "SUBAGENT_ERROR": _open.Remove($"subagent {Member(next, "subagentRunId")}").ShouldBeTrue($"{next}"); break;
            case "MESSAGES_SNAPSHOT": Take(next); break;
            case "STATE_SNAPSHOT": _state = SharedState.Of(next.GetProperty("snapshot")); break;
            case "STATE_DELTA": _state = SharedState.After(_state, next.GetProperty("delta")); break;
            case "ACTIVITY_SNAPSHOT": TellActivity(next); break;
            case "ACTIVITY_DELTA": Patch(next); break;
            default: type.ShouldBeOneOf("CUSTOM", "RAW", "REASONING_ENCRYPTED_VALUE"); break;
        }
    }

    private void Start()
    {
        _open.ShouldBeEmpty("A run begins inside another.");
        _subagents.Clear();
    }

    private void StartSubagent(JsonElement next)
    {
        var id = Member(next, "subagentRunId");
        _subagents.Add(id).ShouldBeTrue($"{next}");
        if (next.TryGetProperty("parentSubagentRunId", out var parent)) _subagents.ShouldContain(parent.GetString()!);
        Open($"subagent {id}");
    }

    private void Open(string what) => _open.Add(what).ShouldBeTrue($"{what} is open already.");

    private void Begin(JsonElement next, string kind, string name, string role)
    {
        var id = Member(next, name);
        Open($"{kind} {id}");
        if (_messages.Find(message => message.Id == id) is { } known) known.Role.ShouldBe(role);
        else _messages.Add(new Told(id, role, new StringBuilder()));
    }

    private void Append(JsonElement next, string kind, string name)
    {
        _open.ShouldContain($"{kind} {Member(next, name)}", $"{next}");
        _messages.Single(message => message.Id == Member(next, name)).Text.Append(Member(next, "delta"));
    }

    private void End(JsonElement next, string kind, string name) => _open.Remove($"{kind} {Member(next, name)}").ShouldBeTrue($"{next}");

    private void Answer(JsonElement next)
    {
        var (id, call) = (Member(next, "messageId"), Member(next, "toolCallId"));
        _messages.Exists(message => message.Id == id).ShouldBeFalse($"{next}");
        var at = _messages.FindIndex(message => message.Id == call) + 1;
        at.ShouldBeGreaterThan(0, $"{next} has no call.");
        while (at < _messages.Count && _messages[at].Role == "tool") at++;
        _messages.Insert(at, new Told(id, "tool", new StringBuilder(Member(next, "content"))));
    }

    private void TellActivity(JsonElement next)
    {
        var told = new Told(Member(next, "messageId"), "activity", new StringBuilder(next.GetProperty("content").GetRawText()));
        var at = _messages.FindIndex(message => message.Id == told.Id);
        if (at < 0) _messages.Add(told);
        else if (!next.TryGetProperty("replace", out var replace) || replace.GetBoolean()) _messages[at] = told;
    }

    private void Patch(JsonElement next)
    {
        var known = _messages.Find(message => message.Id == Member(next, "messageId"))?.Text;
        if (known is null) return;
        var patched = SharedState.After(SharedState.Of(JsonElement.Parse($"{known}")), next.GetProperty("patch")).ToJson();
        known.Clear().Append(patched);
    }

    private void Take(JsonElement next)
    {
        var told = next.GetProperty("messages").EnumerateArray().Select(Told.Of).ToDictionary(message => message.Id);
        _messages = [.. _messages.Where(message => told.ContainsKey(message.Id)).Select(message => told[message.Id]), .. told.Values.Where(message => !_messages.Exists(known => known.Id == message.Id))];
    }

    private static string Member(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private sealed record Told(string Id, string Role, StringBuilder Text)
    {
        public static Told Of(JsonElement message)
        {
            if (Member(message, "role") == "activity") return new Told(Member(message, "id"), "activity", new StringBuilder(message.GetProperty("content").GetRawText()));
            if (!message.TryGetProperty("toolCalls", out var calls)) return new Told(Member(message, "id"), Member(message, "role"), new StringBuilder(Member(message, "content")));
            var function = calls[0].GetProperty("function");
            return new Told(Member(message, "id"), Member(function, "name"), new StringBuilder(Member(function, "arguments")));
        }

        public override string ToString() => $"{Id} {Role}: {Text}";
    }
}
