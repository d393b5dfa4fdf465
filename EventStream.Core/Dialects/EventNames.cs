using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>Which names may stand in an <c>event:</c> line.</summary>
internal static class EventNames
{
    /// <summary>Whether clients take it for an event's name: one line of text, nothing that EventSource says itself, no name of the server's own frames.</summary>
    public static bool IsValid(string name) =>
        name is not ("" or "open" or "error" or "message") && !name.Any(char.IsControl) && EventCatalogue.RoleOf(name) != EventRole.Control;
}
