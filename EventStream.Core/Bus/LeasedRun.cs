namespace EventStream.Bus;

/// <summary>A run that ends when nobody speaks for it: one that was claimed, or one that waits for somebody who starts it.</summary>
/// <param name="Stream">The session of the run.</param>
/// <param name="RunId">The run.</param>
/// <param name="EventId">The event that claimed the run or asked for it.</param>
/// <param name="IsClaim">Whether it was claimed.</param>
internal readonly record struct LeasedRun(StreamKey Stream, string RunId, string EventId, bool IsClaim);
