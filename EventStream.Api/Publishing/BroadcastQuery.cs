using EventStream.Events;

namespace EventStream.Api.Publishing;

/// <summary><c>?broadcast=true</c>: the events go to the broadcast stream too.</summary>
internal static class BroadcastQuery
{
    /// <exception cref="EventRejectedException">The value is neither <c>true</c> nor <c>false</c>.</exception>
    public static bool Read(IQueryCollection query) => query["broadcast"] switch
    {
        [] or ["false"] => false,
        ["true"] => true,
        _ => throw new EventRejectedException("broadcast", "must be true or false."),
    };
}
