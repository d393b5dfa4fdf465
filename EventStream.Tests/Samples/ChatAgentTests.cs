using System.Diagnostics;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>The sample as its users start it, beside a server.</summary>
public sealed class ChatAgentTests : IAsyncLifetime
{
    private readonly TestServer _server = TestServer.Start();
    private readonly string _notes = Path.Combine(Path.GetTempPath(), $"chat-agent-{Guid.NewGuid():N}.txt");
    private Process _agent = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _agent = SampleProcess.Start(typeof(ChatAgent.Arguments), key: null, "--server", $"{_server.Address}", "--lease", "5", "--notes", _notes);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_agent.HasExited) _agent.Kill();
        _agent.Dispose();
        File.Delete(_notes);
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Agent_IsAsked_Watched_Allowed_Stopped_AndKilled()
    {
        await AskAsync("asked", "Is all well?");
        var approval = (await EventsAsync("asked", "tool_approval_requested"))[^1].Payload;
        approval.GetProperty("tool_name").GetString().ShouldBe("write_note");
        File.Exists(_notes).ShouldBeFalse();
        await _server.PostAsync($"/sessions/s/runs/asked/approvals/{approval.GetProperty("approval_id")}", """{"approved":true}""");
        var told = await EventsAsync("asked", "run_completed");
        told.Where(e => e.Type == "tool_call_result").Select(e => e.Payload.GetProperty("tool_name").GetString()).ShouldBe(["read_machine", "write_note"]);
        told.Count(e => e.Type == "agent_message_delta").ShouldBeGreaterThan(10);
        told.Count(e => e.Type == "agent_message_end").ShouldBe(3);
        told[^1].Payload.GetProperty("output").GetString()!.ShouldContain("You asked: Is all well? I am a script");
        (await File.ReadAllTextAsync(_notes, Cancel)).ShouldStartWith("Asked \"Is all well?\": It has ");

        await AskAsync("stopped", "And now?");
        await EventsAsync("stopped", "agent_message_delta");
        await _server.PostAsync("/sessions/s/runs/stopped/interrupt", """{"reason":"user_stop"}""");
        var stopped = await EventsAsync("stopped", "run_cancelled");
        stopped[^1].Payload.GetProperty("termination_reason").GetString().ShouldBe("user_stop");
        stopped.Count(e => e.Type == "agent_message_end").ShouldBe(stopped.Count(e => e.Type == "agent_message_start"));

        await AskAsync("killed", "Still there?");
        await EventsAsync("killed", "agent_thought_delta");
        _agent.Kill();
        (await EventsAsync("killed", "run_failed"))[^1].Payload.GetProperty("error_type").GetString().ShouldBe("lost");
    }

    [Fact]
    public async Task Agent_SaysWhatIsWrong_WhenAnArgumentIs()
    {
        using var process = SampleProcess.Start(typeof(ChatAgent.Arguments), key: null, "--lease", "1");
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel).WaitAsync(Timeouts.Default, Cancel);

        (process.ExitCode, await errors).ShouldBe((2, $"--lease must be seconds between 5 and 600, such as 30; '1' is not.{Environment.NewLine}See --help.{Environment.NewLine}"));
    }

    private async Task AskAsync(string run, string question) => await _server.PostAsync("/sessions/s/runs", $$"""{"agent":"assistant","run_id":"{{run}}","input":"{{question}}"}""");

    private async Task<IReadOnlyList<(string Type, JsonElement Payload)>> EventsAsync(string run, string type)
    {
        IReadOnlyList<(string Type, JsonElement Payload)> told = [];
        await Eventually.TrueAsync(async () => (told = await LogAsync(run)).Any(stored => stored.Type == type), Cancel);
        return told;
    }

    private async Task<IReadOnlyList<(string, JsonElement)>> LogAsync(string run) =>
        [.. (await _server.Bus.ReadAsync(StreamKey.Session("s"), Cursor.Zero, 1000, Cancel)).Entries.Select(Envelopes.Read).Where(stored => stored.RunId == run).Select(stored => (stored.Type, JsonElement.Parse(stored.Payload.ToString())))];
}
