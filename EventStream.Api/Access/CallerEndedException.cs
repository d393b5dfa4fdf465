namespace EventStream.Api.Access;

/// <summary>What the caller showed of who it is has ended since its request began. The message says why and what to do.</summary>
internal sealed class CallerEndedException(string message) : UnauthorizedAccessException(message);
