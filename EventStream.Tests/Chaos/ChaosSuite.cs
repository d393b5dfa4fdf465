using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>One row after the other: each has the machine to itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosSuite : ICollectionFixture<ChaosTable>
{
    public const string Name = "Chaos";
}
