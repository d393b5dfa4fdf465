namespace EventStream.Tests.Support;

/// <summary>A Redis that the tests start, kill, freeze and start again at the same address.</summary>
internal interface IOwnRedis : IAsyncDisposable
{
    /// <summary>Its address, such as <c>127.0.0.1:25123</c>; null until it was started.</summary>
    string? Address { get; }

    bool IsRunning { get; }

    /// <summary>Starts it and returns once it answers. Does nothing while it runs.</summary>
    Task StartAsync();

    /// <summary>Kills it, as a crash would.</summary>
    Task KillAsync();

    /// <summary>Freezes it; its connections stay open and silent.</summary>
    Task FreezeAsync();

    Task ThawAsync();
}
