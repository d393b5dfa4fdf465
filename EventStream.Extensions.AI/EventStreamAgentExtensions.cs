using EventStream.Agents;
using EventStream.Extensions.AI.Agents;
using Microsoft.Agents.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts agents of Microsoft.Agents.AI on an event stream.</summary>
public static class EventStreamAgentExtensions
{
    /// <summary>Runs an agent in this host: people ask it for runs, watch what it says and does, answer when a tool needs approval, steer it and stop it.</summary>
    /// <remarks>
    /// The input of a run is a text, or messages with <c>role</c> (<c>user</c> or <c>assistant</c>) and <c>content</c>. Each session has a conversation of its own with the agent, and its runs follow one another;
    /// the 1,000 sessions that asked last are remembered, in this process. What people say to a run on its way is the agent's next message.
    /// The output of the run is the agent's last text.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="name">The agent, as runs are asked for.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="ArgumentException">An option can't work; the text names it.</exception>
    /// <exception cref="EventStream.Events.EventRejectedException">The name breaks the rule for ids.</exception>
    public static IServiceCollection AddAgent(this IServiceCollection services, string name, AIAgent agent, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return services.AddAgent(name, _ => agent, configure);
    }

    /// <inheritdoc cref="AddAgent(IServiceCollection, string, AIAgent, Action{AgentOptions})"/>
    /// <param name="services">The services.</param>
    /// <param name="name">The agent, as runs are asked for.</param>
    /// <param name="makeAgent">Makes the agent when the host starts.</param>
    /// <param name="configure">Changes the defaults.</param>
    public static IServiceCollection AddAgent(this IServiceCollection services, string name, Func<IServiceProvider, AIAgent> makeAgent, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(makeAgent);
        return services.AddAgent(name, provider => new AgentRuns(makeAgent(provider), Logger(provider)).RunAsync, options =>
        {
            configure?.Invoke(options);
            // A conversation takes one message after the other.
            options.MaxRunsOfSession = 1;
        });
    }

    private static ILogger Logger(IServiceProvider provider) => (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<AgentRuns>();
}
