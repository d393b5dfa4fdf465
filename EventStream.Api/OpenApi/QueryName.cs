namespace EventStream.Api.OpenApi;

/// <summary>A parameter that a route takes in its query.</summary>
internal sealed record QueryName(string Name);
