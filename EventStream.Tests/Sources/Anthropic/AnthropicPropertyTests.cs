using Xunit;

namespace EventStream.Tests.Sources.Anthropic;

public sealed class AnthropicPropertyTests() : SourcePropertyTests("anthropic")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);
}
