using EventStream.Events;

namespace EventStream.Dialects;

/// <summary>Which names may stand in an <c>event:</c> line.</summary>
internal static class EventNames
{
    /// <summary>Whether a client can listen for the name: it is one line of text, and neither EventSource nor the server's own frames use it.</summary>
    public static bool IsValid(string name) =>
        name is not ("" or "open" or "error" or "message") && !name.Any(char.IsControl) && EventCatalogue.RoleOf(name) != EventRole.Control;
}
