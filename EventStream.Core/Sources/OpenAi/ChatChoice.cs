using System.Globalization;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>A choice of a chat completion, or a piece of one.</summary>
internal sealed class ChatChoice
{
    private static readonly string[] Thoughts = ["reasoning_content", "reasoning"];

    private readonly ProviderEvent _current;
    private readonly NativeBody _choice;
    private readonly NativeBody _delta;
    private readonly string _index;
    private readonly bool _isWhole;

    private ChatChoice(ProviderEvent current, NativeBody choice, NativeBody delta, string index, bool isWhole) => (_current, _choice, _delta, _index, _isWhole) = (current, choice, delta, index, isWhole);

    /// <summary>Why the model stopped here; null while it goes on.</summary>
    public string? StopReason => ProviderEvent.Said(_choice, "finish_reason") is { } reason ? JsonText.Text(reason) : null;

    /// <summary>Whether it holds more than who speaks.</summary>
    public bool TellsAnything => _isWhole || StopReason is not null || Pieces().Any() || Others().Any();

    private string Id => $"{_current.Place}.{_index}";

    /// <summary>Reads a choice; null when it has another shape.</summary>
    public static ChatChoice? Read(ProviderEvent current, JsonElement json, string member, int position)
    {
        if (json.ValueKind != JsonValueKind.Object || !NativeBody.IsPlain(json)) return null;
        var choice = new NativeBody(json);
        if (ProviderEvent.Take(choice, member) is not { } delta) return null;
        return new ChatChoice(current, choice, delta, JsonText.FirstScalar(json, "index") ?? position.ToString(CultureInfo.InvariantCulture), member == "message");
    }

    /// <summary>Whether a message is this choice's.</summary>
    public bool Owns(string messageId) => messageId == NativeIds.Bounded(Id);

    /// <summary>Tells what it holds; the last event holds what is left.</summary>
    /// <param name="isLast">Whether it is the last choice of its chunk.</param>
    /// <param name="rest">The members of the chunk.</param>
    public void Tell(bool isLast, NativeBody? rest)
    {
        var pieces = Pieces().ToList();
        var stopReason = StopReason;
        if (stopReason is not null) _choice.Drop("finish_reason");
        if (pieces.Count == 0 && stopReason is null)
        {
            _current.Add(_current.Write("custom_event").Text("name", _current.Native.Type).Json("value", _choice.Json), isLast ? rest : null);
            return;
        }
        var last = isLast ? rest : null;
        foreach (var (number, piece) in pieces.Index())
        {
            var isLastPiece = number == pieces.Count - 1 && (_isWhole || stopReason is null);
            if (piece() is { } payload) _current.Add(payload, isLastPiece ? [_delta, _choice, last] : default(ReadOnlySpan<NativeBody?>));
        }
        if (stopReason is not null) Stop(stopReason, pieces.Count > 0, isLast ? rest : null);
    }

    // Its messages and calls end where the model stops; the run may go on with other choices, and with the usage.
    private void Stop(string stopReason, bool hasTold, NativeBody? rest)
    {
        if (ProviderTexts.IsOpen(_current, Id)) _current.Add(ProviderTexts.End(_current, Id, isThought: false, text: null)!);
        ProviderTexts.EndThought(_current, Id);
        var isCut = stopReason is "length" or "content_filter";
        foreach (var call in _current.State.OpenToolCalls.Where(call => !isCut && call.RunId == _current.Run && !call.HasAllArgs && call.Part?.StartsWith(ChatTools.Prefix(_current, _index), StringComparison.Ordinal) is true).ToList())
            ProviderTools.EndArgs(_current, ToolCallIds.Of(call), args: null);
        if (_isWhole && hasTold) return;
        _current.Add(_current.Write("run_updated").Text("run_id", _current.Run).Text("stop_reason", stopReason), _delta, _choice, rest);
    }

    private IEnumerable<Func<PayloadWriter?>> Pieces()
    {
        foreach (var name in Thoughts)
        {
            if (ProviderEvent.Said(_delta, name) is not { } thought) continue;
            yield return () => Taken(name, () => ProviderTexts.ThoughtDelta(_current, Id, thought));
            break;
        }
        foreach (var name in (string[])["content", "refusal"])
        {
            if (ProviderEvent.Said(_delta, name) is { } text) yield return () => Taken(name, () => Text(text, isRefusal: name == "refusal"));
        }
        if (_delta.Member("tool_calls") is { ValueKind: JsonValueKind.Array } calls && ChatTools.AreReadable(calls))
        {
            foreach (var (position, call) in calls.EnumerateArray().Index())
                yield return () => Taken("tool_calls", () => ChatTools.Tell(_current, call, _index, position, _isWhole));
        }
        if (_delta.Member("function_call") is { ValueKind: JsonValueKind.Object } function && NativeBody.IsPlain(function))
            yield return () => Taken("function_call", () => ChatTools.TellFunction(_current, function, _index, _isWhole));
    }

    private PayloadWriter Text(JsonElement text, bool isRefusal)
    {
        ProviderTexts.EndThought(_current, Id);
        return ProviderTexts.Delta(_current, Id, text, _delta.TakeName("role"), isRefusal);
    }

    private PayloadWriter? Taken(string name, Func<PayloadWriter?> tell)
    {
        _delta.Drop(name);
        return tell();
    }

    // What a piece may say besides who speaks.
    private IEnumerable<JsonProperty> Others() => _delta.Remaining().Where(member =>
        member.Value.ValueKind != JsonValueKind.Null && member.Name != "role" && !(member.Value.ValueKind == JsonValueKind.String && JsonText.Text(member.Value) is ""));
}
