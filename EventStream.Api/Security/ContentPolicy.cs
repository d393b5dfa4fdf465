namespace EventStream.Api.Security;

/// <summary>What a browser may do with an answer: its <c>Content-Security-Policy</c>. Metadata of endpoints that send pages.</summary>
/// <param name="Value">The header's value.</param>
internal sealed record ContentPolicy(string Value)
{
    /// <summary>For what isn't a page: a browser that shows it all the same loads and runs nothing, in no frame.</summary>
    public const string Answers = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>For a page that loads scripts, styles and images from this server only, and may stand in no frame.</summary>
    /// <param name="connect">Where it may connect to besides this server.</param>
    /// <param name="inline">Whether its scripts and styles stand in the page itself.</param>
    public static string Page(string connect, bool inline)
    {
        var own = inline ? "'self' 'unsafe-inline'" : "'self'";
        return $"default-src 'none'; script-src {own}; style-src {own}; img-src 'self' data:; connect-src 'self'{connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }
}
