using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Providers;

namespace EventStream.Sources.AgUi;

/// <summary>Shared state, and what has no canonical event.</summary>
internal static class AgUiStates
{
    public static void Snapshot(ProviderEvent current)
    {
        if (current.Body.Take("snapshot") is { } snapshot) current.Add(current.Write("state_snapshot").Json("snapshot", snapshot), current.Body);
        else current.AddUnknown();
    }

    public static void Delta(ProviderEvent current)
    {
        if (current.Body.Take(JsonValueKind.Array, "delta") is { } delta) current.Add(current.Write("state_delta").Json("delta", delta), current.Body);
        else current.AddUnknown();
    }

    public static void Custom(ProviderEvent current)
    {
        if (current.Body.TakeName("name") is { } name) current.Add(current.Write("custom_event").Text("name", name).Json("value", current.Body.Take("value") ?? EventJson.NoMembers), current.Body);
        else current.AddUnknown();
    }

    /// <summary>Activities, encrypted values, raw events, and what a later version adds: kept under their name, with all members but the type.</summary>
    public static void Other(ProviderEvent current)
    {
        current.Write("custom_event").Text("name", current.Native.Type).Object("value", new PayloadWriter().BeginNative().Remaining(current.Body).Finish());
        current.Add();
    }
}
