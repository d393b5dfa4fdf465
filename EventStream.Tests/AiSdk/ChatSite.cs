using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventStream.Tests.AiSdk;

/// <summary>A server with an agent, and what a chat asks of it.</summary>
internal sealed class ChatSite(TestServer server) : IAsyncDisposable
{
    private readonly List<WordAgent> _agents = [];

    public TestServer Server => server;

    public static async Task<ChatSite> StartAsync(TestServer? server = null)
    {
        var site = new ChatSite(server ?? TestServer.Start(new() { ["Streaming:JoinTimeout"] = "00:00:30" }));
        await site.HostAsync("assistant");
        return site;
    }

    public async Task HostAsync(string agent) => _agents.Add(await WordAgent.StartAsync(services => services.AddEventDispatcher(options => options.Server = server.Address), agent));

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
        await server.DisposeAsync();
    }

    /// <summary>Lets the agents go on that wait at a gate.</summary>
    public void Open(string gate)
    {
        foreach (var agent in _agents) agent.Open(gate);
    }

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
}
