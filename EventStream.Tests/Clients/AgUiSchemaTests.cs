using System.Text;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Dialects.AgUi;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Clients;

/// <summary>Every frame that the rows of the sources become, by the schemas of <c>@ag-ui/core</c>; a member that they don't name counts as wrong, too.</summary>
[Needs(Need.NodeClients)]
public sealed class AgUiSchemaTests
{
    private static readonly EventFactory Factory = new(FixedTime.Instance);

    [Fact]
    public async Task Frames_FitTheSchemas_OfEverySource()
    {
        var file = Path.GetTempFileName();
        try
        {
            var frames = AgUiSession.Sources.SelectMany(Frames).ToList();
            await File.WriteAllLinesAsync(file, frames, TestContext.Current.CancellationToken);
            await using var node = NodeScript.Start("schemas.js", file);
            await node.EndsAsync();

            node.Lines.ShouldBe([$"checked {frames.Count}"]);
            frames.Count.ShouldBeGreaterThan(1000);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What one is told who watches all, and the openings of those who join in between.</summary>
    private static IEnumerable<string> Frames(string source)
    {
        var (dialect, opening) = (DialectCatalogue.AgUi.Begin(), Written(Factory.CreateControl(AgUiSession.Id, new SessionStreamStarted { Message = "", Cursor = "0-0", Resume = "none", Replayed = 0 })));
        foreach (var (number, next) in AgUiSession.Of(source).Index())
        {
            foreach (var message in dialect.Write(Written(next)).Concat(number % 10 == 0 ? dialect.Write(opening) : [])) yield return Encoding.UTF8.GetString(message.Data.Span);
        }
    }

    private static DialectEvent Written(Event next) => new(next.Type, EventWriter.ToUtf8(next));
}
