namespace EventStream.Extensions.AI.Agents;

/// <summary>The conversations of the sessions that asked last.</summary>
internal sealed class AgentThreads
{
    /// <summary>The most that are remembered; of more, those that nobody asked for longest are forgotten.</summary>
    public const int MaxThreads = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string SessionId, AgentThread Thread)>> _threads = new(StringComparer.Ordinal);
    private readonly LinkedList<(string SessionId, AgentThread Thread)> _recency = new();

    /// <summary>The conversation of a session; a new one when it isn't remembered.</summary>
    public AgentThread Of(string sessionId)
    {
        lock (_lock)
        {
            if (_threads.TryGetValue(sessionId, out var node)) _recency.Remove(node);
            else _threads[sessionId] = node = new((sessionId, new AgentThread()));
            _recency.AddFirst(node);
            if (_threads.Count > MaxThreads)
            {
                _threads.Remove(_recency.Last!.Value.SessionId);
                _recency.RemoveLast();
            }
            return node.Value.Thread;
        }
    }
}
