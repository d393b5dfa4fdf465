using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Dialects.AgUi;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>The client of AG-UI, package <c>@ag-ui/client</c>, which checks every frame by the schemas of <c>@ag-ui/core</c> and every stream by its own rules.</summary>
[Needs(Need.NodeClients)]
public sealed class AgUiClientTests : IAsyncDisposable
{
    private readonly TestServer _server = TestServer.Start();

    public static TheoryData<string> Sources => [.. AgUiSession.Sources];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task HttpAgent_ObjectsToNothing_AndEndsWithTheSameMessages_WhereverItJoins(string source)
    {
        var sessions = AgUiSession.Of(source).Chunk(25).Select((events, number) => (Id: $"{source}-{number}", Events: events)).ToList();
        foreach (var (session, events) in sessions)
        {
            // Rows tell of one run more than once: what comes after its end isn't stored.
            var appended = await _server.Bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(session), Events = [.. events.Where(next => next.Type != "session_ended").Select(next => next with { SessionId = session }), new Envelopes(session).SessionEnded()] }, TestContext.Current.CancellationToken);
            var stream = $"{_server.Address}events/{session}?dialect=agui&close=session";
            var positions = appended.Receipts.Select(receipt => receipt.Cursor).OfType<Cursor>().Distinct().SkipLast(1).ToList();
            await using var node = NodeScript.Start("agui.js", [$"{stream}&from=earliest", .. positions.Select(cursor => $"{stream}&last_event_id={cursor}")]);
            await node.EndsAsync();

            node.Lines.Where(line => !line.StartsWith("messages [", StringComparison.Ordinal) && !line.StartsWith("event ", StringComparison.Ordinal)).ShouldBe([.. positions.Select(_ => "same"), "done"], $"{session}:\n{node.Lines[0]}");
        }
    }

    [Fact]
    public async Task HttpAgent_Fails_WhenItsStreamIsCutInTheMiddleOfARun()
    {
        var server = TestServer.Start();
        await server.AppendAsync("s", AgUiSession.Event("agent_message_delta", """{"message_id":"m","delta":"One"}""", "r"));
        await using var node = NodeScript.Start("agui.js", $"{server.Address}events/s?dialect=agui&from=earliest");
        await node.PrintsAsync(line => line == "event TEXT_MESSAGE_CONTENT");
        await server.DisposeAsync();
        await node.EndsAsync();
        node.Lines.ShouldContain(line => line.StartsWith("failed http", StringComparison.Ordinal), string.Join('\n', node.Lines));
    }
}
