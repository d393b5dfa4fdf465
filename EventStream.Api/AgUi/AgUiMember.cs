using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Api.Agents.Posting;
using EventStream.Events;

namespace EventStream.Api.AgUi;

/// <summary>A part of a request, and where it stands there.</summary>
internal readonly record struct AgUiMember(JsonElement Json, string Pointer)
{
    /// <summary>A member; null when it is absent or null.</summary>
    public JsonElement? Member(string name) => JsonText.Member(Json, name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    /// <exception cref="EventRejectedException">It isn't a text of 1 to 256 characters.</exception>
    public string Text(string name) => OptionalText(name) ?? throw new EventRejectedException($"{Pointer}/{name}", "must be given: a text.");

    /// <exception cref="EventRejectedException">It is there, and no text of 1 to 256 characters.</exception>
    public string? OptionalText(string name)
    {
        if (Member(name) is not { } value) return null;
        return JsonText.Text(value) is { Length: > 0 and <= PostedMessage.MaxIdLength } text && Wtf8.IndexOfHalf(text) < 0 ? text
            : throw new EventRejectedException($"{Pointer}/{name}", $"must be a text of 1 to {PostedMessage.MaxIdLength} characters.");
    }

    /// <summary>The objects of a list; none when it is absent.</summary>
    /// <exception cref="EventRejectedException">It is no list of objects, or absent and required.</exception>
    public IEnumerable<AgUiMember> Items(string name, bool isRequired = false)
    {
        var (list, pointer) = (Member(name), $"{Pointer}/{name}");
        if (list is null && !isRequired) return [];
        if (list is not { ValueKind: JsonValueKind.Array } items) throw new EventRejectedException(pointer, isRequired && list is null ? "must be given: a list, which may be empty." : "must be a list.");
        var members = items.EnumerateArray().Select((item, number) => new AgUiMember(item, $"{pointer}/{number}")).ToList();
        return members.FirstOrDefault(item => item.Json.ValueKind != JsonValueKind.Object) is { Pointer: { } wrong } ? throw new EventRejectedException(wrong, "must be an object.") : members;
    }

    /// <summary>The object without members that are null: clients refuse those in what they are told.</summary>
    public byte[] WithoutNulls()
    {
        var json = new MemoryStream();
        foreach (var member in Json.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            json.Write(json.Length == 0 ? "{\""u8 : ",\""u8);
            json.Write(JsonMarshal.GetRawUtf8PropertyName(member));
            json.Write("\":"u8);
            json.Write(JsonMarshal.GetRawUtf8Value(member.Value));
        }
        json.Write("}"u8);
        return json.ToArray();
    }
}
