using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Tests that change what the whole process shares, such as its console, run alone.</summary>
[CollectionDefinition(nameof(NonParallelCollection), DisableParallelization = true)]
public sealed class NonParallelCollection;
