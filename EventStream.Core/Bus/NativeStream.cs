namespace EventStream.Bus;

/// <summary>Native events of one body that belong together, of which most don't say to what they belong.</summary>
/// <param name="Source">The name of their vocabulary.</param>
/// <param name="RunId">Their run; null when the first one names none.</param>
internal sealed record NativeStream(string Source, string? RunId);
