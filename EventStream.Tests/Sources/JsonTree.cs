using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EventStream.Tests.Sources;

/// <summary>JSON that can be changed into anything the grammar allows: repeated names, halves of surrogate pairs, any number.</summary>
internal sealed class JsonTree
{
    private string? _token;
    private List<KeyValuePair<string, JsonTree>>? _members;
    private List<JsonTree>? _items;

    /// <summary>A value whose text is written unchanged.</summary>
    public static JsonTree Of(string token) => new() { _token = token };

    public static JsonTree Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new() { _members = [.. json.EnumerateObject().Select(member => KeyValuePair.Create(JsonSerializer.Serialize(member.Name), Of(member.Value)))] },
        JsonValueKind.Array => new() { _items = [.. json.EnumerateArray().Select(Of)] },
        _ => Of(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(json))),
    };

    /// <summary>Removes a member at any depth.</summary>
    public void Remove(int at) => Pick(at, (members, i) => members.RemoveAt(i));

    public void Replace(int at, string token) => Pick(at, (members, i) => members[i] = KeyValuePair.Create(members[i].Key, Of(token)));

    public void Rename(int at, string name) => Pick(at, (members, i) => members[i] = KeyValuePair.Create(name, members[i].Value));

    /// <summary>Adds a member of the same name after it.</summary>
    public void Repeat(int at, string token) => Pick(at, (members, i) => members.Insert(i + 1, KeyValuePair.Create(members[i].Key, Of(token))));

    public void Add(int at, string name, string token) => Pick(at, (members, i) => members.Insert(i, KeyValuePair.Create(name, Of(token))));

    public override string ToString() =>
        _token ?? (_members is not null ? $"{{{string.Join(',', _members.Select(member => $"{member.Key}:{member.Value}"))}}}" : $"[{string.Join(',', _items!)}]");

    private void Pick(int at, Action<List<KeyValuePair<string, JsonTree>>, int> change)
    {
        var places = Objects().SelectMany(members => Enumerable.Range(0, members.Count).Select(i => (members, i))).ToList();
        if (places.Count == 0) return;
        var (picked, index) = places[at % places.Count];
        change(picked, index);
    }

    private IEnumerable<List<KeyValuePair<string, JsonTree>>> Objects() =>
        (_members is null ? [] : _members.SelectMany(member => member.Value.Objects()).Prepend(_members)).Concat(_items?.SelectMany(item => item.Objects()) ?? []);
}
