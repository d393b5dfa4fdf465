using EventStream.Api.Access.Grants;
using EventStream.Bus;

namespace EventStream.Api.Access;

/// <summary>An answer to a caller that may not do what it asks for. It tells nothing of whether a stream exists.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Title">What to change.</param>
internal sealed record Refusal(int Status, string Title)
{
    /// <summary>The caller is known, and may not do this.</summary>
    public static Refusal Lacks(GrantAction action, StreamKey stream) => new(StatusCodes.Status403Forbidden, $"The caller lacks the grant '{action.Name()} {StreamPattern.Of(stream)}'.");

    public Task SendAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        if (Status == StatusCodes.Status401Unauthorized) headers.WWWAuthenticate = "Bearer";
        if (Status == StatusCodes.Status503ServiceUnavailable) headers.RetryAfter = "2";
        return TypedResults.Problem(statusCode: Status, title: Title).ExecuteAsync(context);
    }
}
