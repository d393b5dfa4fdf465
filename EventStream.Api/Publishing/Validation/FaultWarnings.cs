using System.Collections.Concurrent;
using EventStream.Events;

namespace EventStream.Api.Publishing.Validation;

/// <summary>In development, warns of events that don't fit the catalogue: each fault once.</summary>
internal sealed partial class FaultWarnings(IHostEnvironment environment, ILogger<FaultWarnings> logger)
{
    // A publisher of many faults has understood after so many lines.
    private const int MostTold = 100;

    private readonly ConcurrentDictionary<(string Type, EventFault Fault), bool> _told = new();

    public void Tell(IReadOnlyList<Event> events)
    {
        if (!environment.IsDevelopment() || _told.Count >= MostTold) return;
        foreach (var candidate in events)
        {
            foreach (var fault in EventValidation.Faults([candidate], isSingle: true))
            {
                if (_told.Count < MostTold && _told.TryAdd((candidate.Type, fault), true)) LogFault(candidate.Type, candidate.SessionId, fault.Pointer, fault.Message);
            }
        }
    }

    [LoggerMessage(1601, LogLevel.Warning, "An event {Type} of session {Session} doesn't fit the catalogue, and was taken all the same: {Pointer} {Fault} Publish with ?validate=true to have such events refused.", EventName = "EventDoesNotFit")]
    private partial void LogFault(string type, string session, string pointer, string fault);
}
