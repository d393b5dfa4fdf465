using System.Runtime.CompilerServices;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Generator;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

/// <summary>The code that is generated from the catalogue equals its committed copy.</summary>
public sealed class GeneratedCodeTests
{
    private static readonly string Payloads = Repository.PathOf("EventStream.Core", "Events", "Payloads");

    [Theory]
    [InlineData("EventMethods.g.cs")]
    [InlineData("EventJsonContext.g.cs")]
    public void Copy_IsWhatTheGeneratorWrites_ForTheCatalogue(string name)
    {
        var file = GeneratedFile.All(Repository.Root).Single(file => Path.GetFileName(file.Location) == name);
        CommittedFile.ShouldHold(file.Location, file.Text);
    }

    [Fact]
    public void Generator_ReadsTheSameRows_AsTheCatalogueHas() =>
        CatalogueRow.ReadAll(Repository.PathOf("EventStream.Core", "Events", "EventCatalogue.cs")).ShouldBe(
            EventCatalogue.All.Select(type => new CatalogueRow($"{type.Family}", type.Record.Name, type.Role == EventRole.None ? "" : $"{type.Role}")));

    [Fact]
    public void Generator_ReadsTheSameMembers_AsTheRecordsHave()
    {
        foreach (var type in EventCatalogue.All)
        {
            PayloadRecord.Read(Payloads, $"{type.Family}", type.Record.Name).Members.Select(member => (member.Name, member.IsRequired)).ShouldBe(
                type.Record.GetProperties().Where(property => property.Name != nameof(CanonicalPayload.Others))
                    .Select(property => (property.Name, property.IsDefined(typeof(RequiredMemberAttribute), inherit: false))), ignoreOrder: true, type.Name);
        }
    }

    [Theory]
    [InlineData("/// <summary>A thing.</summary>\npublic sealed record Thing : CanonicalPayload\n{\n    public string? Bare { get; init; }\n}\n", "needs a <summary>")]
    [InlineData("/// <summary>A thing.</summary>\npublic sealed record Thing : CanonicalPayload\n{\n    /// <summary>One.</summary>\n    public string? One { get; set; }\n}\n", "{ get; set; }")]
    [InlineData("internal enum Thing;\n", "holds no record")]
    public void Generator_SaysWhatIsWrong_WhenItCannotReadARecord(string source, string complaint)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "Things"));
            File.WriteAllText(Path.Combine(folder, "Things", "Thing.cs"), source);
            Should.Throw<InvalidDataException>(() => PayloadRecord.Read(folder, "Things", "Thing")).Message.ShouldContain(complaint);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
