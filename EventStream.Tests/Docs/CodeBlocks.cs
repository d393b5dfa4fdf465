using System.Text.RegularExpressions;
using EventStream.Tests.Support;

namespace EventStream.Tests.Docs;

/// <summary>The code in the project's documents, by language.</summary>
internal static partial class CodeBlocks
{
    private static readonly string[] Documents = ["README.md", "SECURITY.md", "clients/typescript/README.md", .. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file))];

    public static List<CodeBlock> In(params string[] languages) =>
        [.. Documents.SelectMany(document => Block().Matches(File.ReadAllText(Repository.PathOf(document))).Where(block => languages.Contains(block.Groups["language"].Value)).Select(block => new CodeBlock(document, block.Groups["code"].Value)))];

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();
}
