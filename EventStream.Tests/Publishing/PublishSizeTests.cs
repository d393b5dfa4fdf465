using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

public sealed class PublishSizeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const int MaxEvent = 256 * 1024;
    private const int MaxBody = 4 * 1024 * 1024;

    private readonly TestServer _server = shared.Server;
    private readonly string _path = $"/events/s-{Guid.NewGuid():N}";

    [Fact]
    public async Task Post_Answers413NamingTheLimit_WhenAnEventIsTooLarge()
    {
        var answer = await _server.PostAsync(_path, EventOf(MaxEvent + 1));

        ShouldBeTooLarge(answer, $"An event may take {MaxEvent} bytes as JSON; this one takes ");
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Post_Answers413NamingTheItem_WhenAnEventOfABatchIsTooLarge()
    {
        ShouldBeTooLarge(await _server.PostAsync(_path, $$"""[{"type":"t"},{{EventOf(MaxEvent + 1)}}]"""), $"/1 is wrong: An event may take {MaxEvent} bytes");
        ShouldBeTooLarge(await _server.PostAsync(_path, $$"""{"type":"t"}""" + "\n" + EventOf(MaxEvent + 1), "application/x-ndjson"), $"Line 2: An event may take {MaxEvent} bytes");
        await ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task Post_Answers413_WhenThereAre1001Events(string type)
    {
        var events = Enumerable.Repeat("""{"type":"t"}""", 1001);
        var body = type == "application/json" ? $"[{string.Join(',', events)}]" : string.Join('\n', events);

        ShouldBeTooLarge(await _server.PostAsync(_path, body, type), "At most 1000 events are published at once; send the rest in a further request.");

        await ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(100_000, false)]
    [InlineData(100_000, true)]
    [InlineData(20_000_000, false)]
    [InlineData(20_000_000, true)]
    public async Task Post_Answers413_WhenTheBodyIsTooLarge(int excess, bool isChunked)
    {
        var answer = await TooLargeAsync(MaxBody + excess, isChunked);

        if (answer is not null) ShouldBeTooLarge(answer, $"A request may hold {MaxBody} bytes; send the events in several requests.");
        await ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_StoresAll_WhenTheBodyIsAsLargeAsAllowed(bool isChunked)
    {
        var events = string.Join(',', Enumerable.Repeat(EventOf(MaxEvent - 300), 15));
        var body = Encoding.UTF8.GetBytes($"[{events}]".PadRight(MaxBody));
        body.Length.ShouldBe(MaxBody);

        var answer = await _server.PostAsync(_path, body, isChunked: isChunked);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.GetArrayLength().ShouldBe(15);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"typ\r\nbroken\r\n")]
    public async Task Post_AnswersAProblem_WhenTheChunksAreBroken(string rest)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {_path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{rest}"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        answer.ShouldStartWith("HTTP/1.1 400 ");
        answer.ShouldContain("application/problem+json");
        answer.ShouldNotContain("Exception");
        await ShouldHoldNothingAsync();
    }

    private static string EventOf(int bytes)
    {
        const string Start = """{"type":"t","payload":{"a":" """, End = "\"}}";
        return Start + new string('x', bytes - Start.Length - End.Length) + End;
    }

    // A client that is still sending may find the connection closed before it reads the answer.
    private async Task<HttpAnswer?> TooLargeAsync(int bytes, bool isChunked)
    {
        try
        {
            return await _server.PostAsync(_path, Encoding.UTF8.GetBytes("[]".PadRight(bytes)), isChunked: isChunked);
        }
        catch (HttpRequestException) when (bytes > 2 * MaxBody)
        {
            return null;
        }
    }

    private static void ShouldBeTooLarge(HttpAnswer answer, string expected)
    {
        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge, answer.Text);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Title.ShouldStartWith(expected);
    }

    private async Task ShouldHoldNothingAsync() =>
        (await _server.GetAsync($"{_path}/history")).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
}
