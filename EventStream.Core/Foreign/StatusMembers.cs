using System.Text.Json;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>Statuses in all vocabularies: the canonical word is lower case with underscores; a native word that differs stands beside it.</summary>
internal static class StatusMembers
{
    /// <summary>The canonical word for a native status.</summary>
    public static string Canonical(string native) => string.Concat(native.Select(letter => letter == '-' ? '_' : char.ToLowerInvariant(letter)));

    /// <summary>Whether a canonical status says that its entity is over.</summary>
    public static bool IsEnd(string? status) => status is "completed" or "failed" or "cancelled";

    /// <summary>The native word of a status; null when the value is no text.</summary>
    public static string? Read(JsonElement? value) => value is { } status ? JsonText.Text(status) : null;

    /// <summary>Writes <c>status</c>, and <c>source_status</c> when the native word differs; null writes nothing.</summary>
    public static PayloadWriter Status(this PayloadWriter payload, string? native)
    {
        if (native is null) return payload;
        var status = Canonical(native);
        payload.Text("status", status);
        return status == native ? payload : payload.Text("source_status", native);
    }
}
