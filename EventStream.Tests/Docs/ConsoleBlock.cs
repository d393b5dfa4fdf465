namespace EventStream.Tests.Docs;

/// <summary>A command of a document, or none when only output is shown, and the lines that it is said to print.</summary>
internal sealed record ConsoleBlock(string? Command, IReadOnlyList<string> Output)
{
    private const string Prompt = "$ ";

    /// <summary>The <c>console</c> blocks of a section, from its heading to the next one of its level.</summary>
    public static IEnumerable<ConsoleBlock> In(string document, string heading)
    {
        var section = document[document.IndexOf($"\n{heading}\n", StringComparison.Ordinal)..];
        var next = section.IndexOf($"\n{heading.Split(' ')[0]} ", heading.Length, StringComparison.Ordinal);
        foreach (var fence in (next < 0 ? section : section[..next]).Split("```console\n").Skip(1))
        {
            var lines = fence[..fence.IndexOf("\n```", StringComparison.Ordinal)].Split('\n');
            if (!lines[0].StartsWith(Prompt, StringComparison.Ordinal)) yield return new ConsoleBlock(null, Shown(lines));
            foreach (var (command, output) in Commands(lines)) yield return new ConsoleBlock(command, Shown(output));
        }
    }

    private static IEnumerable<(string Command, IEnumerable<string> Output)> Commands(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Prompt, StringComparison.Ordinal)) continue;
            var command = lines[i][Prompt.Length..];
            while (command.EndsWith('\\')) command = $"{command}\n{lines[++i]}";
            yield return (command, lines.Skip(i + 1).TakeWhile(line => !line.StartsWith(Prompt, StringComparison.Ordinal)).ToList());
        }
    }

    private static List<string> Shown(IEnumerable<string> lines) => [.. lines.Where(line => line.Length > 0)];
}
