namespace EventStream.Tests.Support;

/// <summary>A server in memory that the tests of a class share, each with a session of its own.</summary>
public sealed class SharedServer : IAsyncDisposable
{
    internal TestServer Server { get; } = TestServer.Start();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
