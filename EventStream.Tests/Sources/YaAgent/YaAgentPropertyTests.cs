using Xunit;

namespace EventStream.Tests.Sources.YaAgent;

public sealed class YaAgentPropertyTests() : SourcePropertyTests("ya-agent")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequencesWithOwnIds();
}
