using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sources;

/// <summary>The members of a native object. What is taken has found its canonical place; the rest goes into the payload under its own name.</summary>
internal sealed class NativeBody(JsonElement body)
{
    private readonly List<string> _taken = [];

    public JsonElement Json => body;

    /// <summary>Whether every member has a plain name of its own, so that each can be told from the others.</summary>
    public static bool IsPlain(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            if (JsonMarshal.GetRawUtf8PropertyName(member).Contains((byte)'\\') || !names.Add(member.Name)) return false;
        }
        return true;
    }

    /// <summary>A member as it is, under the first of the names that is there and not null; it stays in the rest.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (JsonText.Member(body, name) is { ValueKind: not JsonValueKind.Null } value) return value;
        }
        return null;
    }

    /// <summary>A text; taken only when it is one.</summary>
    public string? TakeText(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (JsonText.MemberText(body, name) is not { } text) continue;
            _taken.Add(name);
            return text;
        }
        return null;
    }

    /// <summary>An id: a text that isn't empty; taken only when it is one. An empty or null one is taken too: it says nothing.</summary>
    public string? TakeId(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (JsonText.Member(body, name) is not { } value) continue;
            if (value.ValueKind == JsonValueKind.Null || JsonText.Text(value) is "")
            {
                _taken.Add(name);
                continue;
            }
            if (JsonText.Text(value) is not { } id) continue;
            _taken.Add(name);
            return id;
        }
        return null;
    }

    /// <summary>A member of any type.</summary>
    public JsonElement? Take(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (JsonText.Member(body, name) is not { } value) continue;
            _taken.Add(name);
            return value;
        }
        return null;
    }

    /// <summary>A member of one kind; taken only when it is of that kind.</summary>
    public JsonElement? Take(JsonValueKind kind, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (JsonText.Member(body, name) is not { } value || value.ValueKind != kind) continue;
            _taken.Add(name);
            return value;
        }
        return null;
    }

    /// <summary>What was used already, such as members of the envelope.</summary>
    public void Drop(params ReadOnlySpan<string> names) => _taken.AddRange(names);

    /// <summary>Whether a member found its place already.</summary>
    public bool IsTaken(string name) => _taken.Contains(name);

    /// <summary>What nobody took, in order.</summary>
    public IEnumerable<JsonProperty> Rest()
    {
        if (body.ValueKind != JsonValueKind.Object) yield break;
        foreach (var member in body.EnumerateObject())
        {
            if (!_taken.Contains(member.Name)) yield return member;
        }
    }
}
