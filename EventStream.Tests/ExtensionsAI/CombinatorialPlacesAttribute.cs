using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>Every <see cref="Place"/>, streamed and not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialPlacesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. from place in Enum.GetValues<Place>() from isStreamed in (bool[])[true, false] select new TheoryDataRow<Place, bool>(place, isStreamed)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
