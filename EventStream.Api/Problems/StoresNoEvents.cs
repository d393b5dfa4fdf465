namespace EventStream.Api.Problems;

/// <summary>An endpoint takes a body or a POST, but stores no events: its problems say nothing of events. Metadata of the endpoint.</summary>
internal sealed record StoresNoEvents;
