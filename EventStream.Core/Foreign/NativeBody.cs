using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>The members of a native object. A member is taken when it has found its canonical place; the others go into the payload under their own names.</summary>
internal sealed class NativeBody
{
    // Up to this many members, comparing each with each is cheaper than a set.
    private const int FewMembers = 12;

    private readonly JsonProperty[] _members;
    private readonly bool[] _isTaken;
    private readonly bool _hasEscapes;

    public NativeBody(JsonElement body)
    {
        Json = body;
        if (body.ValueKind != JsonValueKind.Object)
        {
            (_members, _isTaken) = ([], []);
            return;
        }
        // Each lookup in the JSON itself would read the whole object.
        _members = new JsonProperty[body.GetPropertyCount()];
        _isTaken = new bool[_members.Length];
        var count = 0;
        foreach (var member in body.EnumerateObject())
        {
            _members[count++] = member;
            _hasEscapes |= JsonMarshal.GetRawUtf8PropertyName(member).Contains((byte)'\\');
        }
    }

    public JsonElement Json { get; }

    /// <summary>Whether the member names are plain and distinct: no escapes, and none twice.</summary>
    public static bool IsPlain(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return false;
        var count = body.GetPropertyCount();
        var seen = count > FewMembers ? new HashSet<string>(count, StringComparer.Ordinal) : null;
        var number = 0;
        foreach (var member in body.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.Contains((byte)'\\') || (seen is null ? IsAmongFirst(body, number++, name) : !seen.Add(member.Name))) return false;
        }
        return true;
    }

    /// <summary>A member, null or not. It isn't taken.</summary>
    public JsonElement? Member(string name) => IndexOf(name) is var index and >= 0 ? _members[index].Value : _hasEscapes ? JsonText.Member(Json, name) : null;

    /// <summary>The text of a member. It isn't taken.</summary>
    public string? MemberText(string name) => Member(name) is { } value ? JsonText.Text(value) : null;

    /// <summary>The member under the first name that is there and not null. It isn't taken.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Member(name) is { ValueKind: not JsonValueKind.Null } value) return value;
        }
        return null;
    }

    /// <summary>Takes the first member that is a text.</summary>
    public string? TakeText(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (MemberText(name) is not { } text) continue;
            Drop(name);
            return text;
        }
        return null;
    }

    /// <summary>Takes the first text that isn't empty. An empty or null member before it is taken too, because it says nothing.</summary>
    public string? TakeName(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Member(name) is not { } value) continue;
            var text = JsonText.Text(value);
            if (text is null && value.ValueKind != JsonValueKind.Null) continue;
            Drop(name);
            if (text is { Length: > 0 }) return text;
        }
        return null;
    }

    /// <summary>Takes the first id, of whatever type. An empty or null member before it is taken too, because it says nothing.</summary>
    /// <returns>The id. One that is too long is shortened, always in the same way, and the member isn't taken.</returns>
    public string? TakeId(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Member(name) is not { } value) continue;
            var id = JsonText.Id(value);
            if (id is { Length: > EventLimits.MaxMemberLength }) return NativeIds.Shortened(id);
            if (id is not null || value.ValueKind is JsonValueKind.Null or JsonValueKind.String) Drop(name);
            if (id is not null) return id;
        }
        return null;
    }

    /// <summary>Takes the first member that is there, of any type.</summary>
    public JsonElement? Take(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Member(name) is not { } value) continue;
            Drop(name);
            return value;
        }
        return null;
    }

    /// <summary>Takes the first member of one kind.</summary>
    public JsonElement? Take(JsonValueKind kind, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Member(name) is not { } value || value.ValueKind != kind) continue;
            Drop(name);
            return value;
        }
        return null;
    }

    /// <summary>Takes members without reading them, such as those that the envelope carries.</summary>
    public void Drop(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            for (var i = 0; i < _members.Length; i++)
            {
                if (IsNamed(i, name)) _isTaken[i] = true;
            }
        }
    }

    /// <summary>Whether a member was taken.</summary>
    public bool IsTaken(string name) => IndexOf(name) is var index and >= 0 && _isTaken[index];

    /// <summary>The members that weren't taken, in order.</summary>
    public IEnumerable<JsonProperty> Remaining()
    {
        for (var i = 0; i < _members.Length; i++)
        {
            if (!_isTaken[i]) yield return _members[i];
        }
    }

    // Of two members with one name the last counts, as in most JSON readers.
    private int IndexOf(string name)
    {
        for (var i = _members.Length - 1; i >= 0; i--)
        {
            if (IsNamed(i, name)) return i;
        }
        return -1;
    }

    private bool IsNamed(int index, string name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(_members[index]);
        return raw.Length == name.Length && Ascii.Equals(raw, name);
    }

    private static bool IsAmongFirst(JsonElement body, int count, ReadOnlySpan<byte> name)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (count-- == 0) return false;
            if (JsonMarshal.GetRawUtf8PropertyName(member).SequenceEqual(name)) return true;
        }
        return false;
    }
}
