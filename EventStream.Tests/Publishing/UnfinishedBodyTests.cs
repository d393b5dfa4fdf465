using System.Collections.Concurrent;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>Clients that begin to send a body and don't finish it.</summary>
public sealed class UnfinishedBodyTests
{
    // Kestrel sends "Continue" when the server begins to read the body, which shows the tests that it does.
    private const string Head = "POST /events/s HTTP/1.1\nHost: localhost\nContent-Type: application/json\nExpect: 100-continue\n";
    private const string OfLength = Head + "Content-Length: 1000\n\n";
    private const string Chunked = Head + "Transfer-Encoding: chunked\n\n";

    [Theory]
    [InlineData(OfLength, "{\"type\"", false)]
    [InlineData(OfLength, "{\"type\"", true)]
    [InlineData(Chunked, "5\n{\"typ\n", false)]
    [InlineData(Chunked, "5\n{\"typ\n", true)]
    public async Task Post_LeavesNothingInTheLog_WhenTheClientLeaves(string head, string body, bool resets)
    {
        var log = new Warnings();
        await using var server = TestServer.Start(services: services => services.AddSingleton<ILoggerProvider>(log));
        log.Clear();
        for (var i = 0; i < 20; i++)
        {
            using var client = await BeginAsync(server, head, body);
            if (resets) client.Reset();
        }
        await server.StopAsync();
        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_LeavesNothingInTheLog_WhenItsChunksExceedTheLimit()
    {
        var log = new Warnings();
        await using var server = TestServer.Start(services: services => services.AddSingleton<ILoggerProvider>(log));
        log.Clear();
        for (var i = 0; i < 5; i++)
        {
            var answer = await server.PostAsync("/events/s", new byte[4 * 1024 * 1024 + 100_000], isChunked: true);
            ((int)answer.Status).ShouldBe(413);
        }
        await server.StopAsync();
        log.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(OfLength, "{\"type\"")]
    [InlineData(Chunked, "5\n{\"typ\n")]
    public async Task Post_IsAskedToComeAgain_WhenTheServerStops(string head, string body)
    {
        await using var server = TestServer.Start();
        using var client = await BeginAsync(server, head, body);
        var stopping = server.StopAsync();

        var answer = await client.ReadUntilAsync("\r\n0\r\n", TestContext.Current.CancellationToken);

        answer.ShouldStartWith("HTTP/1.1 503 ");
        answer.ShouldContain("Connection: close");
        answer.ShouldContain("Retry-After: 2");
        answer.ShouldContain("The server is stopping; nothing was stored.");
        await stopping;
    }

    [Theory]
    [InlineData(OfLength, "{\"type\":\"t\"}", 1000)]
    [InlineData(Chunked, "c\n{\"type\":\"t\"}\n", 0)]
    public async Task Post_IsStored_WhenItsBodyEndsSoonAfterTheServerBeganToStop(string head, string body, int length)
    {
        await using var server = TestServer.Start();
        using var client = await BeginAsync(server, head, body[..8]);
        var stopping = server.StopAsync();
        await Eventually.TrueAsync(() => server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, TestContext.Current.CancellationToken);
        await client.SendAsync(length > 0 ? body[8..].PadRight(length - 8) : body[8..] + "0\n\n", TestContext.Current.CancellationToken);

        var answer = await client.ReadUntilAsync("}", TestContext.Current.CancellationToken);

        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ShouldContain("\"outcome\":\"stored\"");
        await stopping;
    }

    private static async Task<RawClient> BeginAsync(TestServer server, string head, string body)
    {
        var client = await RawClient.ConnectAsync(server.Address, TestContext.Current.CancellationToken);
        await client.SendAsync(head, TestContext.Current.CancellationToken);
        (await client.ReadUntilAsync("\r\n\r\n", TestContext.Current.CancellationToken)).ShouldStartWith("HTTP/1.1 100 ");
        await client.SendAsync(body, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Keeps the log entries that would alarm an operator.</summary>
    private sealed class Warnings : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        /// <summary>Drops the entries of the start.</summary>
        public void Clear() => _lines.Clear();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose() { }
    }
}
