using EventStream.Bus;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Auto;

public sealed class AutoPropertyTests() : SourcePropertyTests("auto")
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequencesWithOwnIds();

    public static TheoryData<string> Others => [.. SourceCatalogue.All.Select(source => source.Name).Where(name => name != "auto")];

    [Theory]
    [MemberData(nameof(Others))]
    public void Normalise_LosesNothing_OfOtherSources(string other) => PropertyCheck.Run(1000, Prop.ForAll(
        new MangledFrames(other).Frames.ToArbitrary(), frame => Fidelity.Check("auto", Session, [frame], mayRepeat: false)));
}
