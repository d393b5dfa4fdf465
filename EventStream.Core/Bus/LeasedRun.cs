namespace EventStream.Bus;

/// <summary>A run whose claimer must say again and again that it is alive.</summary>
/// <param name="Stream">The session of the run.</param>
/// <param name="RunId">The run.</param>
/// <param name="ClaimId">The event that claimed it, or tried to.</param>
internal readonly record struct LeasedRun(StreamKey Stream, string RunId, string ClaimId);
