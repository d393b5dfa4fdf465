using EventStream.Api.Access.Grants;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Access;

/// <summary>The caller may not do what it sent, as was seen while that was read. The message names the grant that it lacks.</summary>
internal sealed class AccessDeniedException(Refusal refusal) : UnauthorizedAccessException(refusal.Title)
{
    /// <summary>The same of one item of a request.</summary>
    public EventRejectedException OfItem(int item) => new("", Message) { IsDenied = true, Item = item };

    /// <exception cref="AccessDeniedException">The caller lacks the grant.</exception>
    public static void Require(Caller caller, GrantAction action, StreamKey stream)
    {
        if (!caller.May(action, stream)) throw new AccessDeniedException(Refusal.Lacks(action, stream));
    }
}
