namespace EventStream.Tests.Worker;

/// <summary>How the process ends after it has published.</summary>
internal enum Ending
{
    /// <summary><c>using var provider</c></summary>
    Dispose,

    /// <summary><c>await using var provider</c></summary>
    DisposeAsync,

    /// <summary><c>Main</c> returns.</summary>
    Return,

    /// <summary><see cref="Environment.Exit"/> with the code 3.</summary>
    Exit,

    /// <summary>An exception that no code catches.</summary>
    Throw,

    /// <summary><c>Main</c> returns while a timer goes on publishing.</summary>
    ReturnAmidTimer,

    /// <summary>A host stops by itself once its service has published.</summary>
    Host,

    /// <summary>Gets SIGTERM, which no code of the worker handles.</summary>
    Terminate,

    /// <summary>Gets SIGINT, as by Ctrl+C, which no code of the worker handles.</summary>
    Interrupt,

    /// <summary>Gets SIGINT, cancels it, and disposes.</summary>
    CancelInterrupt,

    /// <summary>A host gets SIGTERM after its service has published.</summary>
    TerminateHost,

    /// <summary>A host with an agent, which goes on until something ends it.</summary>
    Agent,
}
