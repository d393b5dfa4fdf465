namespace EventStream.Bus;

/// <summary>Tells what the message explains from what needs a stack trace.</summary>
internal static class Outages
{
    /// <summary>What a log line shows beside its reason: nothing of a fault of the network, the server or Redis, since its message says it all; else the exception.</summary>
    public static Exception? Trace(this Exception exception) =>
        exception is BusUnavailableException or HttpRequestException or RunEndedException or RunTakenException ? null : exception;
}
