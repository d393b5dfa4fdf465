using EventStream.Api.AgUi;
using EventStream.Events;

namespace EventStream.Api.CopilotKit;

/// <summary>A call of CopilotKit's runtime that has one address for all.</summary>
/// <param name="Method">What is called.</param>
/// <param name="Agent">Whose agent.</param>
/// <param name="ThreadId">Which thread, in a call that stops its run.</param>
/// <param name="RunId">The run to stop; null for the one that goes on.</param>
/// <param name="Input">What is posted to the agent; null in other calls.</param>
internal sealed record CopilotCall(string Method, string Agent, string ThreadId, string? RunId, AgUiInput? Input)
{
    private static readonly string[] Methods = ["info", "agent/run", "agent/connect", "agent/stop"];

    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static CopilotCall Parse(ReadOnlyMemory<byte> body)
    {
        var call = CopilotEndpoints.Member(body);
        var method = call.Text("method");
        if (!Methods.Contains(method)) throw new EventRejectedException("/method", $"is '{EventRejectedException.Shown(method)}'; it is {string.Join(", ", Methods.SkipLast(1))} or {Methods[^1]}.");
        if (method == "info") return new CopilotCall(method, "", "", null, null);
        var parameters = new AgUiMember(call.Member("params") ?? default, "/params");
        var input = new AgUiMember(call.Member("body") ?? default, "/body");
        var agent = parameters.Text("agentId");
        return method == "agent/stop" ? new CopilotCall(method, agent, parameters.Text("threadId"), input.OptionalText("runId"), null)
            : new CopilotCall(method, agent, "", null, AgUiInput.Parse(input));
    }
}
