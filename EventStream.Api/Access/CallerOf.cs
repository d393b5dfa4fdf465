namespace EventStream.Api.Access;

/// <summary>Who sent a request, for handlers. The access step has found it out.</summary>
internal sealed class CallerOf(AccessSettings settings, CallerWatch watch)
{
    /// <exception cref="InvalidOperationException">The endpoint is public, so the access step has read no credential.</exception>
    public Caller Get(HttpContext context)
    {
        if (!settings.AsksForCredentials) return Caller.Anyone;
        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException($"{context.GetEndpoint()?.DisplayName} asks for its caller, but its row says that it is public.");
        return settings.NamePublishers ? caller : caller.WithoutEvents();
    }

    /// <summary>The same once the body is read: that may take a minute, and the caller may have ended since.</summary>
    /// <exception cref="CallerEndedException">It has.</exception>
    public Caller GetAfterBody(HttpContext context)
    {
        var caller = Get(context);
        watch.Require(caller);
        return caller;
    }
}
