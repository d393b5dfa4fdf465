using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Dialects;

/// <summary>Writes the members that <see cref="PayloadWriter.Remaining(NativeBody)"/> found no canonical place for.</summary>
internal static class NativeMembers
{
    /// <summary>Writes the remaining members of a payload. Members from the object <c>native</c> stand among the others again, unless they contradict one.</summary>
    public static PayloadWriter Restore(this PayloadWriter output, NativeBody payload)
    {
        var name = "native";
        while (payload.Member($"{name}_members") is not null) name += "_members";
        if (payload.Member(name) is not { ValueKind: JsonValueKind.Object } displaced || !NativeBody.IsPlain(displaced)) return output.Remaining(payload);
        payload.Drop(name);
        return output.Remaining(payload.Remaining().Concat(displaced.EnumerateObject()));
    }
}
