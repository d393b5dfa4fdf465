using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventStream.Agents;

/// <summary>Ends the process of an agent that can't be asked until its operator changes something, such as its key.</summary>
internal sealed partial class AgentRefusal(IHostApplicationLifetime? lifetime, ILogger<AgentRefusal> logger)
{
    public void End(string agent, Exception refusal)
    {
        LogRefused(agent, refusal.Message);
        // Else whatever started the process would take it for one that has done its work.
        Environment.ExitCode = 1;
        lifetime?.StopApplication();
    }

    [LoggerMessage(3207, LogLevel.Critical, "Agent {Agent} can't be asked, so its host stops. {Reason}", EventName = "AgentRefused")]
    private partial void LogRefused(string agent, string reason);
}
