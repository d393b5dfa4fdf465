using System.Text.Json;
using EventStream.Tests.AiSdk;
using EventStream.Tests.Dialects.AgUi;
using EventStream.Tests.Dialects.AiSdk;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>Chats of the AI SDK, package <c>ai</c>, of the versions 5, 6 and 7: each checks every chunk by its own schemas.</summary>
[Needs(Need.NodeClients)]
public sealed class AiSdkClientTests : IAsyncDisposable
{
    // A busy machine may take longer than a client should wait.
    private readonly TestServer _server = TestServer.Start(new() { ["Streaming:JoinTimeout"] = "00:00:30" });

    public static TheoryData<string> Sources => [.. AgUiSession.Sources];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Chat_ObjectsToNothing_AndIsReady_OfEverySource(string source)
    {
        var events = AiSdkSession.Of(source).Select(next => next with { SessionId = source }).ToArray();
        await _server.AppendAsync(source, events);
        await using var node = NodeScript.Start("aisdk.js", $"{_server.Address}events/{source}?dialect=ai-sdk&run_id={AiSdkSession.Run}&ai=VERSION");
        await node.EndsAsync();

        node.Lines.Select(line => string.Join(' ', line.Split(' ').Take(2))).ShouldBe(["5 ready", "6 ready", "7 ready", "done"], string.Join('\n', node.Lines.Select(line => line[..Math.Min(line.Length, 500)])));
        var count = AiSdkSession.Tell(events).Parts.Count;
        // Version 6 and 7 know questions, which are data parts to 5.
        foreach (var line in node.Lines.Skip(1).Take(2)) JsonElement.Parse(line[8..]).GetArrayLength().ShouldBe(count, line);
    }

    [Fact]
    public async Task Chat_SendsResumesStopsAndAnswers_InEveryVersion()
    {
        await using var site = await ChatSite.StartAsync();
        await using var node = NodeScript.Start("chats.js", $"{site.Server.Address}");
        foreach (var version in (string[])["5", "6", "7"])
        {
            await node.PrintsAsync(line => line == $"at {version}");
            site.Open(version);
        }
        await node.EndsAsync();

        foreach (var version in (string[])["5", "6", "7"])
        {
            Parts(node, version, "sent").ShouldBe("ready text:done dynamic-tool:output-available");
            Parts(node, version, "again").ShouldBe("ready text:done");
            Parts(node, version, "resumed").ShouldBe("ready text:done");
            Parts(node, version, "nothing").ShouldBe("ready text:done");
            Parts(node, version, "stopped").ShouldBe("ready text:done");
            Parts(node, version, "broken").ShouldStartWith("error");
            if (version == "5") continue;
            Parts(node, version, "asked").ShouldBe("ready dynamic-tool:approval-requested");
            Parts(node, version, "answered").ShouldBe("ready dynamic-tool:output-available text:done");
        }
        node.Lines.Where(line => line.Contains("differs", StringComparison.Ordinal)).ShouldBeEmpty();
        node.Lines.Where(line => line.Contains("failed", StringComparison.Ordinal)).ShouldBe(["5 broken failed Error: It failed.", "6 broken failed Error: It failed.", "7 broken failed Error: It failed."]);
    }

    [Fact]
    public async Task WorkflowChatTransport_ReadsTheWholeRun_WhereverItIsCut()
    {
        await using var site = await ChatSite.StartAsync();
        await using var node = NodeScript.Start("workflow.js", $"{site.Server.Address}");
        await node.EndsAsync();
        var count = int.Parse(node.Lines[0]["chunks ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        node.Lines.Skip(1).ShouldBe([.. Enumerable.Repeat("same", count + 1), .. Enumerable.Repeat("last same", 4), "done"]);
    }

    private static string Parts(NodeScript node, string version, string scenario)
    {
        var line = node.Lines.FirstOrDefault(line => line.StartsWith($"{version} {scenario} ", StringComparison.Ordinal) && !line.Contains(" failed ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"{version} {scenario} never came:\n{string.Join('\n', node.Lines)}");
        var words = line.Split(' ', 4);
        var parts = words[3] == "undefined" ? [] : JsonElement.Parse(words[3]).EnumerateArray().Select(part => $"{part.GetProperty("type")}:{(part.TryGetProperty("state", out var state) ? state.GetString() : "")}");
        return string.Join(' ', [words[2], .. parts]);
    }
}
