using Xunit;

namespace EventStream.Tests.Browser;

/// <summary>One page at a time: beside others a page is slow, and what it measures says nothing.</summary>
[CollectionDefinition(nameof(BrowserCollection))]
public sealed class BrowserCollection;
