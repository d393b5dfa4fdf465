using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

/// <summary>Short forms beside the generated <see cref="EventMethods"/>.</summary>
public static class ShortEventMethods
{
    /// <summary>What the target's own agent thinks on its way, not meant as an answer; only developers should see it.</summary>
    /// <param name="target">The session or run that the event belongs to.</param>
    /// <param name="content">The thought.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    public static ValueTask AgentThoughtAsync<T>(this T target, string content, CancellationToken cancellationToken = default) where T : IEventTarget =>
        target.PublishAsync(new AgentThought { Agent = target.AgentId, Content = content, Debug = true }, cancellationToken);
}
