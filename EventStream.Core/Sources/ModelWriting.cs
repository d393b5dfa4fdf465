using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Sources;

/// <summary>Writes the members of a native model under their canonical names.</summary>
internal static class ModelWriting
{
    /// <summary>Takes a member and writes it. Writes nothing when it isn't there or is of another type.</summary>
    public static PayloadWriter Member(this PayloadWriter payload, NativeBody body, ModelMember member) =>
        member.TakeFrom(body) is { } value ? payload.Json(member.Name, value) : payload;

    /// <inheritdoc cref="Member"/>
    public static PayloadWriter Members(this PayloadWriter payload, NativeBody body, IEnumerable<ModelMember> members)
    {
        foreach (var member in members) payload.Member(body, member);
        return payload;
    }

    /// <summary>Drops members that say what the envelope carries, or nothing.</summary>
    public static void DropCarried(this NativeBody body, string? carried, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (body.Member(name) is { } value && (value.ValueKind is JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8)) || (carried is not null && Events.JsonText.ScalarText(value) == carried)))
                body.Drop(name);
        }
    }
}
