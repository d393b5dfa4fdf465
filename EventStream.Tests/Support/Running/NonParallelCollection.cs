using Xunit;

namespace EventStream.Tests.Support;

/// <summary>These tests run alone, since they change what the whole process shares, such as its console.</summary>
[CollectionDefinition(nameof(NonParallelCollection), DisableParallelization = true)]
public sealed class NonParallelCollection;
