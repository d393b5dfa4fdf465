namespace EventStream.Sessions;

/// <summary>A message or thought that has ended.</summary>
/// <param name="Digest">A digest of its text; 0 when its end told none.</param>
/// <param name="Scope">Its run, else its execution; null when it has neither.</param>
/// <param name="Agent">Its agent, when known.</param>
/// <param name="AwaitsStart">Whether its end came before everything else of it.</param>
/// <param name="TakesPieces">Whether pieces that come after its end are its own: its start was told, so another message under its id would begin with a start too.</param>
internal readonly record struct EndedMessage(ulong Digest, string? Scope, string? Agent, bool AwaitsStart, bool TakesPieces);
