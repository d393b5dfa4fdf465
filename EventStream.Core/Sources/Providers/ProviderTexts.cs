using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Providers;

/// <summary>Texts and thoughts of a response.</summary>
internal static class ProviderTexts
{
    /// <summary>Begins a message, unless it is open.</summary>
    /// <returns>Whether it begins.</returns>
    public static bool Start(ProviderEvent current, string given, string? role, params ReadOnlySpan<NativeBody?> rest)
    {
        var id = current.Output.BegunMessage(NativeIds.Bounded(given), current.Run, agent: null);
        if (current.State.Message(id.Id) is not null) return false;
        current.Add(current.Write("agent_message_start").Message(id).Text("role", role), rest);
        return true;
    }

    /// <summary>Writes a piece of a message, which begins if it hasn't.</summary>
    public static PayloadWriter Delta(ProviderEvent current, string given, JsonElement delta, string? role = null, bool isRefusal = false)
    {
        var id = current.Output.GrownMessage(NativeIds.Bounded(given), current.Run, agent: null);
        if (current.State.Message(id.Id) is null && !current.State.TakesPieces(id.Id))
        {
            current.Write("agent_message_start").Message(id).Text("role", role);
            current.Add();
            role = null;
        }
        var payload = current.Write("agent_message_delta").Message(id).Json("delta", delta).Text("role", role);
        return isRefusal ? payload.Text("kind", "refusal") : payload;
    }

    /// <summary>Writes a piece of a thought.</summary>
    public static PayloadWriter ThoughtDelta(ProviderEvent current, string given, JsonElement? delta)
    {
        var payload = current.Write("agent_thought_delta").Message(ThoughtOf(current, given));
        return delta is { } said ? payload.Json("delta", said) : payload.Text("delta", "");
    }

    /// <summary>Ends a message, or a thought, with its whole text.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="given">The source's id.</param>
    /// <param name="isThought">Whether it is a thought.</param>
    /// <param name="text">The whole text; null when the event doesn't repeat it.</param>
    /// <returns>Null when it has ended with that text already: the event only repeats it.</returns>
    public static PayloadWriter? End(ProviderEvent current, string given, bool isThought, JsonElement? text)
    {
        var id = isThought ? ThoughtOf(current, given) : current.Output.MessageOf(NativeIds.Bounded(given), current.Run, isThought: false, agent: null);
        var open = isThought ? current.State.Thought(id.Id) : current.State.Message(id.Id);
        if (open is null && current.State.HasEnded(id.Id, isThought))
        {
            if (text is not { } again || !JsonText.TryWtf8(again, out var wtf8) || wtf8.IsEmpty || current.State.HasEndedWith(id.Id, isThought, wtf8)) return null;
            if (!isThought) return current.Write("message_updated").Message(id).Json("content", again).Flag("replace", true);
        }
        else if (open is null && !isThought)
        {
            current.Write("agent_message_start").Message(id);
            current.Add();
        }
        var payload = current.Write(isThought ? "agent_thought" : "agent_message_end").Message(id);
        // The text of a large frame was left out.
        var isWhole = text is { ValueKind: JsonValueKind.String } said && (open is null || JsonText.Text(said) is not "");
        return isWhole ? payload.Json("content", text) : payload.Content(open);
    }

    /// <summary>Whether a message is open.</summary>
    public static bool IsOpen(ProviderEvent current, string given) =>
        current.State.Message(current.Output.MessageOf(NativeIds.Bounded(given), current.Run, isThought: false, agent: null).Id) is not null;

    /// <summary>Whether a thought is open.</summary>
    public static bool HasOpenThought(ProviderEvent current, string given) => current.State.Thought(ThoughtOf(current, given).Id) is not null;

    /// <summary>Ends the open thought of that id.</summary>
    public static void EndThought(ProviderEvent current, string given)
    {
        if (current.State.Thought(ThoughtOf(current, given).Id) is { } open) Lifecycle.EndMessage(current.Output, open);
    }

    private static MessageId ThoughtOf(ProviderEvent current, string given) => current.Output.MessageOf(NativeIds.Bounded(given), current.Run, isThought: true, agent: null);
}
