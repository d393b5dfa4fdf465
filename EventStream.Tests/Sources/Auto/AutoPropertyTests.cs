using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Auto;

public sealed class AutoPropertyTests() : SourcePropertyTests("auto")
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequencesWithOwnIds();

    [Theory]
    [InlineData("eddie")]
    [InlineData("adk")]
    [InlineData("argos")]
    [InlineData("cognesy")]
    [InlineData("ya-agent")]
    public void Normalise_LosesNothing_OfOtherSources(string other) => PropertyCheck.Run(1000, Prop.ForAll(
        new MangledFrames(other).Frames.ToArbitrary(), frame => Fidelity.Check("auto", Session, [frame], mayRepeat: false)));
}
