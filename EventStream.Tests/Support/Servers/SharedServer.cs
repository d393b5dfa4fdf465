namespace EventStream.Tests.Support;

/// <summary>A server in memory that the tests of a class share; each test has its own session.</summary>
public sealed class SharedServer : IAsyncDisposable
{
    internal TestServer Server { get; } = TestServer.Start();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
