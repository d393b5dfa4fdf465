using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EventStream.Agents;
using EventStream.Dispatching;
using EventStream.Tests.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventStream.Tests.AiSdk;

/// <summary>A server with an agent that does what the user's last message says, word by word.</summary>
internal sealed class ChatSite(TestServer server) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly List<AgentHost> _hosts = [];

    public TestServer Server => server;

    public static async Task<ChatSite> StartAsync(TestServer? server = null)
    {
        var site = new ChatSite(server ?? TestServer.Start());
        await site.HostAsync("assistant");
        return site;
    }

    public async Task HostAsync(string agent) =>
        _hosts.Add(await AgentHost.StartAsync(services => services.AddEventDispatcher(options => options.Server = server.Address), agent, RunAsync));

    public async ValueTask DisposeAsync()
    {
        foreach (var gate in _gates.Values) gate.TrySetResult();
        foreach (var host in _hosts) await host.DisposeAsync();
        await server.DisposeAsync();
    }

    /// <summary>Lets the agent go on that waits at a gate.</summary>
    public void Open(string gate) => _gates.GetOrAdd(gate, _ => NewGate()).TrySetResult();

    /// <summary>Posts a chat's messages.</summary>
    public async Task<ChatAnswer> PostAsync(string body, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/chat{query}") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        return new ChatAnswer(await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    public async Task<ChatAnswer> ResumeAsync(string chat, string query = "") =>
        new(await server.Client.GetAsync(new Uri(server.Address, $"/api/chat/{chat}/stream{query}"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));

    public static string User(string id, string text) => $$"""{"id":"{{id}}","role":"user","parts":[{"type":"text","text":"{{text}}"}]}""";

    public static string Body(string chat, params string[] messages) => $$"""{"id":"{{chat}}","messages":[{{string.Join(',', messages)}}],"trigger":"submit-message"}""";

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
