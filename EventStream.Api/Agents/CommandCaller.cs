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
internal sealed record CommandCaller(StreamKey Stream, Caller Caller, Allowance? Allowance, string? Name, string? Agent = null);
