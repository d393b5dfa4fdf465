using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Schema;

internal static class SchemaEndpoints
{
    private const string MediaType = "application/schema+json";

    // It changes only with the server; a page that was loaded before sees the new one soon.
    private const string Caching = "public, max-age=300";

    private static readonly byte[] Text = EventSchema.ToUtf8();
    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Text).AsSpan(0, 16))}\"");

    public static void DescribeSchema(RouteHandlerBuilder route) => route
        .WithSummary("Read the JSON Schema of the events")
        .WithDescription("JSON Schema 2020-12. The root describes one event; `$defs` holds the payload of each type under its name, with its family (`x-family`) "
            + "and what it does to its run or session (`x-role`). Types that it doesn't name are events too. Send the `ETag` back as `If-None-Match` to be told 304.")
        .Produces<object>(StatusCodes.Status200OK, MediaType)
        .Produces(StatusCodes.Status304NotModified);

    public static FileContentHttpResult Send(HttpResponse response)
    {
        response.Headers.CacheControl = Caching;
        // A cache may have it from a request without an origin: the answer to one lacks what allows a page to read it.
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        return TypedResults.Bytes(Text, MediaType, entityTag: Tag);
    }
}
