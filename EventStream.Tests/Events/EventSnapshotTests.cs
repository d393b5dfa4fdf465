using System.Text;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

/// <summary>The bytes of every canonical event, one file each in Snapshots; the TypeScript tests read the same files.</summary>
public sealed class EventSnapshotTests
{
    private static readonly string Folder = Repository.PathOf("EventStream.Tests", "Events", "Snapshots");

    public static TheoryData<string> Names => [.. EventCatalogue.All.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ToUtf8_WritesTheBytesOfTheSnapshot_ForEveryType(string name)
    {
        var written = EventWriter.ToUtf8(SamplePayloads.Envelope(EventCatalogue.Find(name)!));
        CommittedFile.ShouldHold(Path.Combine(Folder, $"{name}.json"), Encoding.UTF8.GetString(written) + "\n");
    }

    [Fact]
    public void Snapshots_AreOnlyThose_OfTheCatalogue() =>
        Directory.GetFiles(Folder).Select(Path.GetFileNameWithoutExtension).ShouldBe(EventCatalogue.All.Select(type => type.Name), ignoreOrder: true, "Run ./regenerate.sh, and remove the snapshots of types that are gone.");
}
