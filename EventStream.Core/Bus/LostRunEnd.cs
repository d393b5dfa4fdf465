namespace EventStream.Bus;

/// <summary>When a run may be ended that nobody speaks for.</summary>
/// <param name="IsStarted">Whether the run must have been started; else nobody may have started it.</param>
/// <param name="Renewable">How long leases could be renewed without an outage: none ends before that was as long as it is.</param>
internal readonly record struct LostRunEnd(bool IsStarted, TimeSpan Renewable);
