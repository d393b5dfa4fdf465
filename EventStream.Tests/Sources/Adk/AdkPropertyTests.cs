using Xunit;

namespace EventStream.Tests.Sources.Adk;

public sealed class AdkPropertyTests() : SourcePropertyTests("adk")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequencesWithOwnIds();
}
