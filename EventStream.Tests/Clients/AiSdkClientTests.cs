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
    private readonly TestServer _server = TestServer.Start();

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
        foreach (var line in node.Lines.Skip(1).Take(2)) System.Text.Json.JsonElement.Parse(line[8..]).GetArrayLength().ShouldBe(count, line);
    }
}
