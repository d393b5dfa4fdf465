using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

/// <summary>Something that a client who means harm does to a server, bounded in number and time.</summary>
internal interface IAttack
{
    string Name { get; }

    string Description { get; }

    /// <summary>Whether the server keeps its events in Redis.</summary>
    bool NeedsRedis => false;

    /// <summary>Done before the memory is measured.</summary>
    Task PrepareAsync(Site site) => Task.CompletedTask;

    /// <param name="site">The server.</param>
    /// <param name="answers">Takes what the server answered to each request or connection.</param>
    /// <param name="stop">Ends the attack.</param>
    Task RunAsync(Site site, Answers answers, CancellationToken stop);

    /// <summary>What else is to be said when it is over; null when nothing is.</summary>
    Task<string?> AftermathAsync(Site site) => Task.FromResult<string?>(null);
}
