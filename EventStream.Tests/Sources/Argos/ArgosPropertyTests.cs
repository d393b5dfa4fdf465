using Xunit;

namespace EventStream.Tests.Sources.Argos;

public sealed class ArgosPropertyTests() : SourcePropertyTests("argos")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);
}
