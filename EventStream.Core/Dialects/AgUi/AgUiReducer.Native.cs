using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>What came in from a server of AG-UI goes out as it came.</summary>
internal sealed partial class AgUiReducer
{
    private bool IsNative => _event.Source == AgUiDialect.Named;

    /// <summary>Tells an event that no canonical one tells.</summary>
    /// <returns>False when it isn't such an event.</returns>
    private bool TellNative(string? owner)
    {
        if (!IsNative || _event.Text("name") is not { } name || !AgUiNames.Untold.Contains(name) || _event.Json("value") is not { } members || !NativeBody.IsPlain(members)) return false;
        Keep(name, members, owner);
        _writer.Native(name, members, owner);
        return true;
    }

    /// <summary>Keeps an activity among the messages, for those who join later.</summary>
    private void Keep(string type, JsonElement members, string? owner)
    {
        if (!type.StartsWith("ACTIVITY", StringComparison.Ordinal) || JsonText.MemberText(members, "messageId") is not { Length: > 0 } id) return;
        var known = _history.Find(AgUiKind.Activity, id);
        if (type == "ACTIVITY_DELTA")
        {
            // One that outgrows what is kept of it stays as it was.
            if (known is not null && JsonText.Member(members, "patch") is { } patch && SharedState.After(known.State, patch) is { IsCut: false } state) _history.Show(known, state);
            return;
        }
        if (JsonText.Member(members, "content") is not { ValueKind: JsonValueKind.Object } content || (known is not null && JsonText.Member(members, "replace") is { ValueKind: JsonValueKind.False })) return;
        known ??= _history.Add(AgUiKind.Activity, id, owner, nativeId: id);
        _history.Rename(known, JsonText.MemberText(members, "activityType") ?? "");
        _history.Show(known, SharedState.Of(content));
    }
}
