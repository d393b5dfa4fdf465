using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>The tests of the example share one app, so that it is built once.</summary>
[CollectionDefinition(nameof(NextJsCollection))]
public sealed class NextJsCollection : ICollectionFixture<NextJsSite>;
