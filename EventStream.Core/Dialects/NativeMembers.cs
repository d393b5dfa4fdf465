using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Dialects;

/// <summary>Puts back what <see cref="PayloadWriter.Remaining(NativeBody)"/> found no canonical place for.</summary>
internal static class NativeMembers
{
    /// <summary>Writes what is left of a payload; what contradicted a canonical member stands among the others again, unless it still contradicts one.</summary>
    public static PayloadWriter Restore(this PayloadWriter output, NativeBody payload)
    {
        var name = "native";
        while (payload.Member($"{name}_members") is not null) name += "_members";
        if (payload.Member(name) is not { ValueKind: JsonValueKind.Object } displaced || !NativeBody.IsPlain(displaced)) return output.Remaining(payload);
        payload.Drop(name);
        return output.Remaining(payload.Remaining().Concat(displaced.EnumerateObject()));
    }
}
