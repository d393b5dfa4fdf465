namespace EventStream.Api.Access;

/// <summary>Who sent a request, for handlers. The access step has found it out.</summary>
internal sealed class CallerOf(AccessSettings settings)
{
    /// <exception cref="InvalidOperationException">The endpoint is public, so the access step has read no credential.</exception>
    public Caller Get(HttpContext context)
    {
        if (!settings.AsksForCredentials) return Caller.Anyone;
        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException($"{context.GetEndpoint()?.DisplayName} asks for its caller, but its row says that it is public.");
        return settings.NamePublishers ? caller : caller.WithoutEvents();
    }
}
