namespace EventStream.Api.Publishing;

/// <summary>The outcome of one published event.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Id">Its cursor; absent when it wasn't stored.</param>
/// <param name="Outcome"><c>stored</c>, <c>duplicate</c> or <c>run_ended</c>.</param>
internal sealed record PublishReceipt(string EventId, string? Id, string Outcome);
