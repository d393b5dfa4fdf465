using Xunit;

namespace EventStream.Tests.Sources.OpenAi;

public sealed class OpenAiPropertyTests() : SourcePropertyTests("openai")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);
}
