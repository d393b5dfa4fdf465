using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Tests that change what the whole process shares, such as its console: nothing runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
