using Xunit.v3;

namespace EventStream.Tests.Support;

/// <summary>States what the tests of a class need, so that <c>./test.sh FILTER</c> installs only that. The runner sees it as the trait <c>Needs</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params Need[] needs) : Attribute, ITraitAttribute
{
    public IReadOnlyList<Need> Needs => needs;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. needs.Select(need => KeyValuePair.Create(nameof(Needs), need.ToString()))];
}
