using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Bus;

namespace EventStream.Api.Agents;

/// <summary>Who asks something of the agents of a session.</summary>
/// <param name="Stream">The session.</param>
/// <param name="Caller">Who it is.</param>
/// <param name="Allowance">What it may take; null when nothing is limited.</param>
/// <param name="Name">What the command says who asked; null when nobody knows.</param>
/// <param name="Agent">The agent whose run it is, for runs that the session knows no more; null when it isn't said.</param>
internal sealed record CommandCaller(StreamKey Stream, Caller Caller, Allowance? Allowance, string? Name, string? Agent = null)
{
    /// <summary>Who sent a request that asks one thing, once its body is read.</summary>
    /// <exception cref="LimitExceededException">The caller has asked as often as it may.</exception>
    public static CommandCaller Of(HttpContext context, StreamKey stream, CallerOf callers, CallerLimits limits)
    {
        var caller = callers.GetAfterBody(context);
        var allowance = limits.Of(context, caller);
        allowance?.Publish([null], broadcast: false);
        return new CommandCaller(stream, caller, allowance, caller.Label);
    }
}
