using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>One page at a time: pages beside each other are slow, and their measurements say nothing.</summary>
[CollectionDefinition(nameof(BrowserCollection))]
public sealed class BrowserCollection;
