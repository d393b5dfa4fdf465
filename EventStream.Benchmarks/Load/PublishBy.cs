namespace EventStream.Benchmarks.Load;

/// <summary>How events get to the server.</summary>
internal enum PublishBy
{
    /// <summary>By the project's dispatcher over Redis: logged.</summary>
    Dispatcher,

    /// <summary>By plain PUBLISH to the channel <c>session:&lt;id&gt;</c>.</summary>
    Publish,

    /// <summary>By HTTP POST.</summary>
    Post,
}
