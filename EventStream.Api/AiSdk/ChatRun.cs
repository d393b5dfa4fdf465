using EventStream.Events;

namespace EventStream.Api.AiSdk;

/// <summary>The run that a chat reads after its post.</summary>
/// <param name="RunId">The run.</param>
/// <param name="After">Behind which event it reads; null for the run's start.</param>
/// <param name="IsNew">Whether the post asked for it.</param>
internal sealed record ChatRun(string RunId, Cursor? After, bool IsNew);
