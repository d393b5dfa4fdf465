using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Requests;

/// <summary>What a stream may be asked whose dialect tells one run, from its first event to its end.</summary>
internal static class RunQuery
{
    /// <exception cref="EventRejectedException">Names the parameter and the rule.</exception>
    public static (StartFrom From, CloseMode Close) Parse(IDialect dialect, EventFilter filter, StartFrom start, IQueryCollection query)
    {
        if (filter.RunId is null) throw new EventRejectedException("dialect", $"is {query["dialect"]} and needs run_id to say which run it tells.");
        if (query["close"].ToString() is not ("" or "terminal") and var close) throw new EventRejectedException("close", $"is {close}, but a stream with dialect={dialect.Name} ends with its run; leave it out.");
        if (query["from"].ToString() == "live") throw new EventRejectedException("from", $"is live, but a stream with dialect={dialect.Name} tells its run from the start; leave it out.");
        return (start with { IsEarliest = true }, CloseMode.Terminal);
    }
}
