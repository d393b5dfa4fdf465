using EventStream.Bus;

namespace EventStream.Listening.Http;

/// <summary>The address of a stream on a server.</summary>
internal static class ListenAddress
{
    public static Uri Of(ListenRequest request, bool isEarliest)
    {
        // Typed heartbeats say where the stream stands, also when all events are filtered out. A program shows nobody what it reads.
        List<string> query = ["heartbeat=event", "viewer=false"];
        if (isEarliest) query.Add("from=earliest");
        if (request.Options.Types.Count > 0) query.Add($"types={Uri.EscapeDataString(string.Join(',', request.Options.Types))}");
        if (request.Options.RunId is { } runId) query.Add($"run_id={Uri.EscapeDataString(runId)}");
        if (request.Options.SessionId is { } sessionId) query.Add($"session_id={Uri.EscapeDataString(sessionId)}");
        if (request.Options.Until == StreamUntil.SessionEnds) query.Add("close=session");
        if (request.Options.Until == StreamUntil.RunEnds) query.Add("close=terminal");
        return new Uri($"{PathOf(request.Stream)}?{string.Join('&', query)}", UriKind.Relative);
    }

    private static string PathOf(StreamKey stream) => stream.Kind switch
    {
        StreamKind.Session => $"events/{Uri.EscapeDataString(stream.Id)}",
        StreamKind.Project => $"projects/{Uri.EscapeDataString(stream.Id)}/events",
        StreamKind.Broadcast => "broadcast/events",
        StreamKind.Agent => $"agents/{Uri.EscapeDataString(stream.Id)}/commands",
        _ => throw new NotSupportedException($"A server has no stream '{stream}'."),
    };
}
