using System.Text.Json;

namespace EventStream.Sources;

/// <summary>Puts back what <see cref="PayloadWriter.Rest(NativeBody)"/> found no canonical place for.</summary>
internal static class RestoredMembers
{
    /// <summary>Writes what is left of a payload; what contradicted a canonical member stands among the others again, unless it still contradicts one.</summary>
    public static PayloadWriter Restore(this PayloadWriter output, NativeBody payload)
    {
        var name = "native";
        while (payload.Member($"{name}_members") is not null) name += "_members";
        if (payload.Member(name) is not { ValueKind: JsonValueKind.Object } displaced || !NativeBody.IsPlain(displaced)) return output.Rest(payload);
        payload.Drop(name);
        return output.Rest(payload.Rest().Concat(displaced.EnumerateObject()));
    }
}
