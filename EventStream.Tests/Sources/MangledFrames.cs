using System.Text.Json;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace EventStream.Tests.Sources;

/// <summary>Makes events with random changes in some places.</summary>
internal sealed class MangledFrames(IReadOnlyList<JsonElement> frames)
{
    private static readonly Gen<string> Value = Gen.OneOf(
        from tokens in JsonGen.Tokens
        select string.Concat(tokens),
        Gen.Elements("1e400", "-1", "12345678901234567890123", "\"\"", "\"\\ud800\"", "\"\\udc00x\"", "null", "true", "{}", "[]", "[{}]", "{\"a\":{\"a\":1,\"a\":2}}", "{\"\\ud800\":1}"),
        Gen.Elements("\"COMPLETED\"", "\"processing\"", "\"failed\"", "\"s1\"", "\"a b\"", "\"{\\\"q\\\":[1]}\"", "\"[1,\"", $"\"{new string('x', 300)}\""),
        from depth in Gen.Choose(40, 62)
        select $"{new string('[', depth)}7{new string(']', depth)}");

    /// <summary>The native events of a source in the test vectors.</summary>
    public MangledFrames(string source)
        : this([.. Vector.All.Values.Where(vector => vector.Source == source).SelectMany(vector => vector.Input).Select(frame => JsonElement.Parse(frame))])
    {
    }

    /// <summary>An event with one to four random changes.</summary>
    public Gen<string> Frames =>
        from frame in Gen.Elements<JsonElement>(frames)
        from count in Gen.Choose(1, 4)
        from changes in Gen.ListOf(Change, count)
        select Mangle(frame, changes);

    private Gen<Action<JsonTree>> Change => Gen.OneOf(
        from at in Place
        select new Action<JsonTree>(tree => tree.Remove(at)),
        from at in Place
        from token in Value
        select new Action<JsonTree>(tree => tree.Replace(at, token)),
        from at in Place
        from text in Gen.Elements<string>(Texts)
        select new Action<JsonTree>(tree => tree.Replace(at, text)),
        from at in Place
        from name in Gen.Elements<string>(Names)
        select new Action<JsonTree>(tree => tree.Rename(at, name)),
        from at in Place
        from token in Value
        select new Action<JsonTree>(tree => tree.Repeat(at, token)),
        from at in Place
        from name in Gen.Elements<string>(Names)
        from token in Value
        select new Action<JsonTree>(tree => tree.Add(at, name, token)));

    private static Gen<int> Place => Gen.Choose(0, 1000);

    // The member names and short texts of the source, so that many changed events still mean something.
    private string[] Names => field ??= [.. frames.SelectMany(NamesIn).Distinct(), "\"\\ud800\"", "\"\\u0074ype\"", "\"native\"", "\"source_status\""];

    private string[] Texts => field ??= [.. frames.SelectMany(TextsIn).Where(text => text.Length < 40).Distinct()];

    private static string Mangle(JsonElement frame, IEnumerable<Action<JsonTree>> changes)
    {
        var tree = JsonTree.Of(frame);
        foreach (var change in changes) change(tree);
        return tree.ToString();
    }

    private static IEnumerable<string> NamesIn(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => NamesIn(member.Value).Prepend(JsonSerializer.Serialize(member.Name))),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(NamesIn),
        _ => [],
    };

    private static IEnumerable<string> TextsIn(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => TextsIn(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(TextsIn),
        JsonValueKind.String => [json.GetRawText()],
        _ => [],
    };
}
