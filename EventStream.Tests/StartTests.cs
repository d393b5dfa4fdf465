using System.Reflection;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests;

/// <summary>A setting that can't work stops the start, and is named.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Cors:Origins:0", "app.example.com")]
    [InlineData("Cors:Origins:0", "https://app.example.com/path")]
    [InlineData("Cors:Origins:0", "https://app.example.com?x=1")]
    [InlineData("Cors:Origins:0", "https://app.example.com/#x")]
    [InlineData("Cors:Origins:0", "https://user@app.example.com")]
    [InlineData("Cors:Origins:0", "ftp://app.example.com")]
    [InlineData("Cors:Origins:0", "*")]
    [InlineData("Cors:Origins:0", "")]
    [InlineData("Cors:Origins", "https://app.example.com,*")]
    [InlineData("Streaming:Heartbeat", "00:00:00")]
    [InlineData("Streaming:Heartbeat", "soon")]
    [InlineData("Streaming:WriteTimeout", "02:00:00")]
    [InlineData("Streaming:JoinTimeout", "00:02:00")]
    [InlineData("Streaming:MaxAge", "00:00:00.5")]
    [InlineData("Streaming:Linger", "-00:00:01")]
    [InlineData("Streaming:PositionCheck", "00:00:00")]
    [InlineData("Streaming:RetryMs", "0")]
    [InlineData("Streaming:MaxStreams", "0")]
    [InlineData("Streaming:MaxStreamsPerKey", "-1")]
    [InlineData("Streaming:MaxFeeds", "0")]
    [InlineData("Streaming:MaxFeeds", "many")]
    [InlineData("Publishing:RetryBudget", "00:01:01")]
    [InlineData("Publishing:RetryBudget", "-00:00:01")]
    [InlineData("Log:MaxEvents", "0")]
    [InlineData("Log:MaxEvents", "1000001")]
    [InlineData("Log:MaxBytes", "1000")]
    [InlineData("Log:Retention", "00:00:00")]
    [InlineData("Log:DedupeEvents", "0")]
    [InlineData("Log:DedupeWindow", "2.00:00:00")]
    [InlineData("Log:MaxEndedRuns", "0")]
    [InlineData("ConnectionStrings:Redis", "localhost:6379,nonsense=1")]
    [InlineData("ConnectionStrings:Redis", ",")]
    [InlineData("Redis:CommandTimeout", "00:00:00")]
    [InlineData("Redis:CommandTimeout", "soon")]
    public async Task Start_FailsNamingTheSetting_WhenItCantWork(string setting, string value)
    {
        // The program itself: a test server may lose the reason while it cleans up.
        string[] arguments = [$"--{setting}={value}", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"];
        var running = Task.Run(() => typeof(Program).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null), TestContext.Current.CancellationToken);

        var failure = await Should.ThrowAsync<Exception>(() => running.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken));

        var messages = new List<string>();
        for (var fault = failure; fault is not null; fault = fault.InnerException) messages.Add(fault.Message);
        string.Join('\n', messages).ShouldContain(setting.StartsWith("Cors:", StringComparison.Ordinal) ? "Cors:Origins" : setting);
    }
}
