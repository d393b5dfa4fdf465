namespace EventStream.Events;

/// <summary>What an event is about: how the catalogue is grouped.</summary>
public enum EventFamily
{
    /// <summary>Sessions: when they begin, change and end.</summary>
    Session,

    /// <summary>Messages of conversations and agents.</summary>
    Message,

    /// <summary>What agents think on their way.</summary>
    Thought,

    /// <summary>Calls of tools.</summary>
    Tool,

    /// <summary>Runs and how they end.</summary>
    Run,

    /// <summary>The states of agents, and notices.</summary>
    Status,

    /// <summary>The steps of an agent's loop.</summary>
    Step,

    /// <summary>Workflows, their steps, nodes and runs.</summary>
    Workflow,

    /// <summary>Jobs that take documents in.</summary>
    IngestJob,

    /// <summary>Looking things up.</summary>
    Retrieval,

    /// <summary>Automations.</summary>
    Automation,

    /// <summary>Figures of a machine.</summary>
    Metrics,

    /// <summary>Traces of what a system did.</summary>
    Trace,

    /// <summary>Log lines of a system.</summary>
    Log,

    /// <summary>The configuration of a system.</summary>
    Config,

    /// <summary>What has no canonical type.</summary>
    Custom,

    /// <summary>What the server itself says in a stream.</summary>
    Control,
}
