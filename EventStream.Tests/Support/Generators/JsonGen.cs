using FsCheck;
using FsCheck.Fluent;

namespace EventStream.Tests.Support;

/// <summary>Random JSON as its tokens, so that a test knows both the compact text and any spacing of it.</summary>
internal static class JsonGen
{
    private static readonly Gen<string> Space = Gen.Elements("", "", "", " ", "\t", "\n", "\r\n", "  \n ");

    private static readonly Gen<string> Piece = Gen.Elements(
        "a", "run_id", " ", "  ", "{", "}", "[", ",", ":", "ä", "日本", "😀", "\u2028", "\\\"", "\\\\", "\\/", "\\n", "\\u0000", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "\\udc00");

    private static readonly Gen<string> Number = Gen.Elements(
        "0", "-0", "1", "1.0", "1.50", "-12.5", "1e400", "1E+2", "0.1e-7", "12345678901234567890123456789", "9007199254740993");

    public static Gen<string> Text { get; } =
        from pieces in Gen.ListOf(Piece)
        select $"\"{string.Concat(pieces)}\"";

    /// <summary>The tokens of an object.</summary>
    public static Gen<string[]> ObjectTokens { get; } = Gen.Sized(size => Object(Math.Min(size, 24)));

    /// <summary>The tokens of any value.</summary>
    public static Gen<string[]> Tokens { get; } = Gen.Sized(size => Value(Math.Min(size, 24)));

    /// <summary>The same tokens with white space between them.</summary>
    public static Gen<string> Spaced(string[] tokens) =>
        from spaces in Gen.ArrayOf(Space, tokens.Length + 1)
        select string.Concat(tokens.Zip(spaces, (token, space) => space + token)) + spaces[^1];

    private static Gen<string[]> Value(int size) => size < 2
        ? Leaf
        : Gen.Frequency((3, Leaf), (1, Object(size / 2)), (1, Array(size / 2)));

    private static Gen<string[]> Leaf { get; } =
        from leaf in Gen.OneOf(Text, Number, Gen.Elements("true", "false", "null"))
        select new[] { leaf };

    private static Gen<string[]> Object(int size) =>
        from members in Gen.ListOf(Member(size / 2))
        select Join("{", members, "}");

    private static Gen<string[]> Array(int size) =>
        from items in Gen.ListOf(Value(size / 2))
        select Join("[", items, "]");

    private static Gen<string[]> Member(int size) =>
        from name in Text
        from value in Value(size)
        select (string[])[name, ":", .. value];

    private static string[] Join(string open, IEnumerable<string[]> items, string close) =>
        [open, .. items.SelectMany((item, i) => i == 0 ? item : [",", .. item]), close];
}
