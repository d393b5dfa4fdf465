namespace EventStream.Api.AiSdk;

/// <summary>The answer to who wants a chat stopped.</summary>
/// <param name="Stopped">Whether a run was asked to stop.</param>
/// <param name="RunId">The run.</param>
internal sealed record StoppedRun(bool Stopped, string? RunId);
