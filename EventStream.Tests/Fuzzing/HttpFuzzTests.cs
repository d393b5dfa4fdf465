using System.Collections.Concurrent;
using System.Globalization;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Fuzzing;

/// <summary>Random requests and WebSocket frames make the server neither crash, nor answer 500, nor hang.</summary>
/// <remarks><c>EVENTSTREAM_FUZZ=&lt;minutes&gt;</c> goes on for so long, with new requests in each run. A failure names the number that repeats the request.</remarks>
public sealed class HttpFuzzTests
{
    private const int Requests = 8000;
    private const int AtOnce = 4;

    [Fact]
    public async Task Server_AnswersOrRefuses_WhateverItIsSent()
    {
        var errors = new Errors();
        await using var server = TestServer.Start(services: services => services.AddLogging(logging => logging.AddProvider(errors)));
        var minutes = double.TryParse(Environment.GetEnvironmentVariable("EVENTSTREAM_FUZZ"), CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        var (next, first, start) = (0, minutes > 0 ? Random.Shared.Next() : 0, TimeProvider.System.GetTimestamp());
        var statuses = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (minutes > 0 ? TimeProvider.System.GetElapsedTime(start).TotalMinutes < minutes : Volatile.Read(ref next) < Requests)
            {
                var number = first + Interlocked.Increment(ref next);
                var random = new Random(number);
                var request = FuzzedRequest.Next(random);
                try
                {
                    var status = await FuzzedClient.SendAsync(server.Address.Port, request, random, TestContext.Current.CancellationToken);
                    statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                    status.ShouldNotBe(500);
                }
                catch (Exception e) when (e is TimeoutException or ShouldAssertException)
                {
                    throw new InvalidOperationException($"Request {number}: {e.Message}\n{request}", e);
                }
            }
        }));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}:{pair.Value}")));

        errors.Texts.ShouldBeEmpty();
        // Requests of all kinds came through, so that the rest of this isn't empty.
        foreach (var status in (int[])[101, 200, 400, 404, 405, 415]) statuses.Keys.ShouldContain(status);
        await Eventually.TrueAsync(() => server.Feeds.OpenStreams == 0, TestContext.Current.CancellationToken);
        await using var stream = await server.OpenAsync("/events/after-all");
        (await server.PostAsync("/events/after-all", """{"type":"note"}""")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        (await stream.NextAsync()).EventType.ShouldBe("session_stream_started");
        (await stream.NextAsync()).EventType.ShouldBe("note");
    }

    /// <summary>Keeps what is logged as an error: an exception that left a handler.</summary>
    private sealed class Errors : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _texts = new();

        public IReadOnlyCollection<string> Texts => _texts;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _texts.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose() { }
    }
}
