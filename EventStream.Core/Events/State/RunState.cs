namespace EventStream.Events.State;

/// <summary>What is known of a run.</summary>
/// <param name="LastType">The type of its newest run event, such as <c>run_started</c>.</param>
internal readonly record struct RunState(string LastType)
{
    /// <summary>Whether it had its terminal event.</summary>
    public bool IsEnded => EventCatalogue.RoleOf(LastType) == EventRole.EndsRun;
}
