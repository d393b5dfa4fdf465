using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Agents;
using EventStream.Dispatching;
using EventStream.Tests.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.AgUi;

/// <summary>A server with one agent, whose handler each test gives, and a session of its own.</summary>
public abstract class AgUiContext : IAsyncDisposable
{
    private readonly List<AgentHost> _hosts = [];

    private protected TestServer Server { get; } = TestServer.Start(new() { ["Agents:ClaimTimeout"] = "00:01:00" });

    private protected string Session { get; } = $"s-{Guid.NewGuid():N}";

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var host in _hosts) await host.DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected async Task HostAsync(Func<RunContext, CancellationToken, Task> handler, string agent = "assistant") =>
        _hosts.Add(await AgentHost.StartAsync(services => services.AddSingleton(Server.Bus).AddEventStream(), agent, handler));

    /// <summary>Says a text in two pieces around the call of a tool.</summary>
    private protected static async Task SayAsync(RunContext run, CancellationToken stop)
    {
        var message = $"a-{run.RunId}";
        await run.Events.AgentMessageStartAsync(message, cancellationToken: stop);
        await run.Events.AgentMessageDeltaAsync(message, "It is ", cancellationToken: stop);
        await run.Events.ToolCallStartedAsync($"c-{run.RunId}", "look", new { deep = true }, cancellationToken: stop);
        await run.Events.ToolCallResultAsync($"c-{run.RunId}", "look", "up", cancellationToken: stop);
        await run.Events.AgentMessageDeltaAsync(message, "up.", cancellationToken: stop);
        await run.Events.AgentMessageEndAsync(message, "It is up.", cancellationToken: stop);
    }

    private protected static string Input(string run, string messages = """{"id":"m1","role":"user","content":"Is it up?"}""", string thread = "t", string more = "") =>
        $$"""{"threadId":"{{thread}}","runId":"{{run}}","messages":[{{messages}}],"tools":[],"context":[]{{more}}}""";

    private protected Task<SseClient> PostAsync(string body, string? lastEventId = null, string query = "") => SseClient.PostAsync(Server.Client, $"/agui/{Session}{query}", body, lastEventId);

    private protected async Task<List<SseItem<string>>> AllAsync(string body, string? lastEventId = null)
    {
        await using var stream = await PostAsync(body, lastEventId);
        return await stream.ReadToEndAsync();
    }

    private protected static JsonElement Json(SseItem<string> item) => JsonElement.Parse(item.Data);

    private protected static string TypeOf(SseItem<string> item) => Json(item).GetProperty("type").GetString()!;

    private protected static string[] Types(IEnumerable<SseItem<string>> items) => [.. items.Select(TypeOf)];
}
