using Xunit;

namespace EventStream.Tests.Sources.AgUi;

public sealed class AgUiPropertyTests() : SourcePropertyTests("agui")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);
}
