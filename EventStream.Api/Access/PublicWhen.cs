namespace EventStream.Api.Access;

/// <summary>Lets anyone have what an endpoint answers to some requests, such as a page. Metadata of the endpoint.</summary>
/// <param name="Holds">Which requests.</param>
internal sealed record PublicWhen(Func<HttpRequest, bool> Holds);
