using Xunit;

namespace EventStream.Tests.Browser.NextJs;

/// <summary>Tests of the example share one that is built once.</summary>
[CollectionDefinition(nameof(NextJsCollection))]
public sealed class NextJsCollection : ICollectionFixture<NextJsSite>;
