using System.Text.Json;
using EventStream.Sources.Providers;

namespace EventStream.Sources.AgUi;

/// <summary>Messages and thoughts.</summary>
internal static class AgUiTexts
{
    public static void Start(ProviderEvent current)
    {
        if (current.Body.TakeId("messageId") is not { } id) current.AddUnknown();
        else ProviderTexts.Start(current, id, current.Body.TakeName("role"), current.Body);
    }

    public static void Content(ProviderEvent current) => Say(current, current.Body.TakeId("messageId"));

    /// <summary>A piece that begins its message when that isn't open; without an id it belongs to the newest one of the run.</summary>
    public static void Chunk(ProviderEvent current)
    {
        var id = current.Body.TakeId("messageId") ?? current.State.OpenMessages.LastOrDefault(open => !open.IsThought && open.RunId == current.Run) switch { { } open => open.SourceId ?? open.Id, _ => null };
        if (id is null) current.AddUnknown();
        else if (current.Body.Member("delta") is null or { ValueKind: JsonValueKind.Null }) ProviderTexts.Start(current, id, current.Body.TakeName("role"), current.Body);
        else Say(current, id);
    }

    public static void End(ProviderEvent current, bool isThought)
    {
        if ((current.Body.TakeId("messageId") ?? (isThought ? UnnamedThought(current) : null)) is not { } id) current.AddUnknown();
        else if (ProviderTexts.End(current, id, isThought, text: null) is { } payload) current.Add(payload, current.Body);
    }

    /// <summary>Thoughts begin with their first piece.</summary>
    public static void Thought(ProviderEvent current)
    {
        var id = current.Body.TakeId("messageId") ?? UnnamedThought(current);
        var delta = current.Body.Take(JsonValueKind.String, "delta");
        if (delta is not null || !ProviderTexts.HasOpenThought(current, id)) current.Add(ProviderTexts.ThoughtDelta(current, id, delta), current.Body);
        else if (current.Body.Remaining().Any()) current.AddUnknown();
    }

    private static void Say(ProviderEvent current, string? id)
    {
        if (id is null || current.Body.Take(JsonValueKind.String, "delta") is not { } delta) current.AddUnknown();
        else current.Add(ProviderTexts.Delta(current, id, delta, current.Body.TakeName("role")), current.Body);
    }

    // The events before 1.0 name no thought.
    private static string UnnamedThought(ProviderEvent current) => $"{current.Place}:thinking";
}
