using EventStream.Bus;
using Xunit;

namespace EventStream.Tests.Sources.Anthropic;

public sealed class AnthropicPropertyTests() : SourcePropertyTests("anthropic")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);

    [Fact]
    public void Normalise_KeepsTheRoleOfABlock() => Fidelity.Check("anthropic", new IngestContext { SessionId = "s1" }, ["""{"role":"user","content":[{"type":"text","text":"Go on.","role":"editor"}]}"""], mayRepeat: false);
}
