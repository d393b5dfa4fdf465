using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Cognesy;

public sealed class CognesyPropertyTests() : SourcePropertyTests("cognesy")
{
    private static readonly IngestContext Tool = new() { SessionId = "s1", Class = "ToolCallCompleted" };

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: false);

    [Fact]
    public void Normalise_LosesNothing_OfAClassThatTheCallerNames() => PropertyCheck.Run(1000, Prop.ForAll(
        new MangledFrames("cognesy").Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", Tool, [frame], mayRepeat: false)));
}
