using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>Chaos tests run one after the other, since each needs the machine to itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosSuite : ICollectionFixture<ChaosTable>
{
    public const string Name = "Chaos";
}
