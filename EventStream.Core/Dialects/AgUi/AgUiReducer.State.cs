using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Dialects.AgUi;

/// <summary>The state that agents share with their viewers.</summary>
internal sealed partial class AgUiReducer
{
    private SharedState? _shared;

    private void TellState()
    {
        var isWhole = _event.Type == "state_snapshot";
        if (JsonText.Member(_event.Payload, isWhole ? "snapshot" : "delta") is not { } state || !TryOwner(isContent: true, out var owner)) return;
        _shared = isWhole ? SharedState.Of(state) : SharedState.After(_shared, state);
        if (isWhole) _writer.Event("STATE_SNAPSHOT", owner, json => json.Json("snapshot", state));
        else _writer.Event("STATE_DELTA", owner, json => json.Json("delta", state));
    }

    private void RestateShared()
    {
        if (_shared is { IsCut: false } shared) _writer.Event("STATE_SNAPSHOT", null, json => json.Raw("snapshot", System.Text.Encoding.UTF8.GetBytes(shared.ToJson())));
    }
}
