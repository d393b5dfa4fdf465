using EventStream.Bus;

namespace EventStream.Api.Inspector;

/// <summary>The answer of <c>/sessions</c>.</summary>
internal sealed record SessionList(IReadOnlyList<StartedSession> Sessions);
