using System.Collections.Concurrent;
using System.Text.Json;
using EventStream.Agents;
using EventStream.Dispatching;
using EventStream.Tests.Agents;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.AiSdk;

/// <summary>An agent that does what the user's last message says, word by word.</summary>
internal sealed class WordAgent : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private AgentHost _host = null!;

    public static async Task<WordAgent> StartAsync(Action<IServiceCollection> register, string name)
    {
        var agent = new WordAgent();
        agent._host = await AgentHost.StartAsync(register, name, agent.RunAsync);
        return agent;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var gate in _gates.Values) gate.TrySetResult();
        return _host.DisposeAsync();
    }

    /// <summary>Lets it go on where it waits at a gate.</summary>
    public void Open(string gate) => _gates.GetOrAdd(gate, _ => NewGate()).TrySetResult();

    private async Task RunAsync(RunContext run, CancellationToken stop)
    {
        var said = run.Input!.Value.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
        var message = $"message-{run.RunId}";
        foreach (var word in said.Split(' '))
        {
            if (word.StartsWith("gate:", StringComparison.Ordinal)) await _gates.GetOrAdd(word[5..], _ => NewGate()).Task.WaitAsync(stop);
            else if (word == "fail") throw new InvalidDataException("It failed.");
            else if (word == "ask") await AskAsync(run, message, stop);
            else if (word == "tool") await CallAsync(run, stop);
            else await run.Events.AgentMessageDeltaAsync(message, $"{word} ", cancellationToken: stop);
        }
        await run.Events.AgentMessageEndAsync(message, string.Concat(said.Split(' ').Where(word => !word.StartsWith("gate:", StringComparison.Ordinal) && word is not ("ask" or "tool")).Select(word => $"{word} ")), cancellationToken: stop);
    }

    private static async Task AskAsync(RunContext run, string message, CancellationToken stop)
    {
        await run.Events.ToolCallStartedAsync($"write-{run.RunId}", "write", new { text = "x" }, cancellationToken: stop);
        var answer = await run.ApproveAsync($"write-{run.RunId}", "write", new { text = "x" }, $"about {message}");
        if (answer.IsApproved) await run.Events.ToolCallResultAsync($"write-{run.RunId}", "write", "written", cancellationToken: stop);
    }

    private static async Task CallAsync(RunContext run, CancellationToken stop)
    {
        await run.Events.ToolCallStartedAsync($"call-{run.RunId}", "read", new { path = "/" }, cancellationToken: stop);
        await run.Events.ToolCallResultAsync($"call-{run.RunId}", "read", JsonElement.Parse($$$"""{"__proto__":1,"text":"{{{new string('x', 200_000)}}}"}"""), cancellationToken: stop);
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
