namespace EventStream.Sessions;

/// <summary>The state that agents share with their viewers.</summary>
internal sealed partial record SessionState
{
    /// <summary>What agents share by <c>state_snapshot</c> and <c>state_delta</c>; null before the first.</summary>
    public SharedState? Shared { get; private init; }

    private SessionState TellState(PayloadMembers payload) => payload.Element("snapshot") is { } snapshot ? this with { Shared = SharedState.Of(snapshot) } : this;

    private SessionState ChangeState(PayloadMembers payload) => payload.Element("delta") is { } delta ? this with { Shared = SharedState.After(Shared, delta) } : this;
}
