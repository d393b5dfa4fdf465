using EventStream.Dispatching;
using EventStream.Tests.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Proxies;

/// <summary>The clients that others wrote, behind nginx as docs/operations.md has it: each reads an answer piece by piece, to its end.</summary>
[Needs(Need.Nginx, Need.NodeClients)]
public sealed class NginxChatTests : IClassFixture<PatientNginxSite>
{
    private readonly PatientNginxSite _site;
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    public NginxChatTests(PatientNginxSite site)
    {
        NginxProcess.SkipWithout();
        _site = site;
    }

    [Theory]
    [InlineData("agui-run.js", "1", "agui/SESSION", """{"runId":"r1","say":"Is it up?"}""", "event TEXT_MESSAGE_CONTENT", """ended [["user","Is it up?"],["assistant","It is up."]]""")]
    [InlineData("tanstack.js", null, "agui/SESSION", """{"post":"r1"}""", """TEXT_MESSAGE_CONTENT""", "ended")]
    [InlineData("copilotkit.js", null, "copilotkit rest SESSION", """{"run":"Is it up?"}""", "event TEXT_MESSAGE_CONTENT", """ended [["user","Is it up?"],["assistant","It is up."]]""")]
    [InlineData("chat-run.js", null, "api/chat SESSION", "Is it up?", "told It is ", "ended ready It is up.")]
    public async Task Client_ReadsAnAnswerPieceByPiece(string script, string? version, string path, string step, string piece, string end)
    {
        var go = new TaskCompletionSource();
        await using var agent = await AgentHost.StartAsync(services => services.AddSingleton(_site.Server.Bus).AddEventStream(), "assistant", async (run, stop) =>
        {
            if (run.SessionId != _session) return;
            await run.Events.AgentMessageDeltaAsync("a1", "It is ", cancellationToken: stop);
            await go.Task.WaitAsync(stop);
            await run.Events.AgentMessageDeltaAsync("a1", "up.", cancellationToken: stop);
        });
        string[] arguments = [.. version is null ? [] : new[] { version }, .. $"{_site.Address}{path.Replace("SESSION", _session, StringComparison.Ordinal)}".Split(' '), step];
        await using var node = NodeScript.Start(script, arguments);

        await node.PrintsAsync(line => line.Contains(piece, StringComparison.Ordinal));
        go.SetResult();
        await node.EndsAsync();

        node.Lines.ShouldContain(end, string.Join('\n', node.Lines));
    }
}
