using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>Calls the method of a dialect that an event is for.</summary>
internal static class DialectExtensions
{
    /// <summary>The messages that an event becomes, in order; none when the dialect has no message for it.</summary>
    public static List<DialectMessage> Write(this IDialect dialect, in DialectEvent next)
    {
        var messages = new List<DialectMessage>(1);
        switch (next.Type)
        {
            case "session_stream_started": dialect.WriteOpening(next, messages); break;
            case "heartbeat": dialect.WriteHeartbeat(next, messages); break;
            case "stream_gap": dialect.WriteGap(next, messages); break;
            case "stream_closing": dialect.WriteClosing(next, messages); break;
            default:
                if (EventCatalogue.RoleOf(next.Type) == EventRole.EndsRun) dialect.WriteTerminal(next, messages);
                else dialect.WriteEvent(next, messages);
                break;
        }
        return messages;
    }
}
