using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace EventStream.Audit;

/// <summary>Compiles a project with faults in it, each behind a switch, into a folder of built tests.</summary>
internal sealed partial class Compilation(string root, string project, string folder, string output)
{
    private readonly string _type = $"Mutants{project.Replace(".", "", StringComparison.Ordinal)}";
    private Task<(string Compiler, IReadOnlyList<string> Arguments)>? _build;

    /// <summary>All faults that the rules know for a folder.</summary>
    public IEnumerable<Mutant> Find(string part)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(root, project, part), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var mutant in Switch(Path.GetRelativePath(root, path), _ => false).Mutants) yield return mutant;
        }
    }

    /// <summary>Compiles the project with faults.</summary>
    /// <returns>Those that can't be compiled: then nothing was made.</returns>
    public async Task<IReadOnlyList<Mutant>> TryCompileAsync(IReadOnlyList<Mutant> chosen)
    {
        var names = chosen.Select(mutant => mutant.Name).ToHashSet(StringComparer.Ordinal);
        var (compiler, arguments) = await (_build ??= BuildAsync());
        foreach (var file in chosen.Select(mutant => mutant.File).Distinct(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, Switch(file, mutant => names.Contains(mutant.Name)).Text);
            var inProject = Path.GetRelativePath(project, file);
            arguments = [.. arguments.Select(argument => argument == inProject || argument == Path.Combine(root, file) ? path : argument)];
        }
        var type = Path.Combine(folder, $"{_type}.cs");
        await File.WriteAllTextAsync(type, MutantsType.Source(_type));
        var response = Path.Combine(folder, $"{project}.rsp");
        await File.WriteAllLinesAsync(response, [.. arguments.Append($"/out:{Path.Combine(output, project)}.dll").Append(type).Select(argument => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument)]);
        var (code, text) = await Command.RunAsync("dotnet", [compiler, "/noconfig", $"@{response}"], Path.Combine(root, project));
        if (code == 0) return [];
        var wrong = Error().Matches(text).Select(match => (File: Path.GetRelativePath(folder, match.Groups["file"].Value), Line: int.Parse(match.Groups["line"].ValueSpan))).ToHashSet();
        var onLine = chosen.Where(mutant => wrong.Contains((mutant.File, mutant.Line))).ToList();
        // An error elsewhere, such as a variable that may be unset, names no fault.
        if (onLine.Count == 0) onLine = [.. chosen.Where(mutant => wrong.Any(each => each.File == mutant.File))];
        return onLine.Count > 0 ? onLine : throw new InvalidOperationException(text);
    }

    private (string Text, IReadOnlyList<Mutant> Mutants) Switch(string file, Func<Mutant, bool> isChosen)
    {
        var switching = new Switching(file, _type, isChosen);
        var tree = CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(root, file)), new CSharpParseOptions(LanguageVersion.Preview));
        return (switching.Visit(tree.GetRoot())!.ToFullString(), switching.Found);
    }

    /// <summary>The compiler, and what the build gives it, without what it writes beside the assembly.</summary>
    private async Task<(string Compiler, IReadOnlyList<string> Arguments)> BuildAsync()
    {
        var (code, text) = await Command.RunAsync("dotnet",
            ["msbuild", "-t:PrepareResources;Compile", "-p:Configuration=Release", "-p:BuildsInspector=false", "-p:RunAnalyzers=false", "-p:BuildProjectReferences=false",
                "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:NonExistentFile=/nonexistent", "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath"], Path.Combine(root, project));
        if (code != 0) throw new InvalidOperationException(text);
        using var json = JsonDocument.Parse(text);
        var arguments = json.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!);
        var roslyn = json.RootElement.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!;
        return (Path.Combine(roslyn, "bincore", "csc.dll"), [.. arguments.Where(argument => !Unwanted().IsMatch(argument))]);
    }

    [GeneratedRegex("^/(out|doc|refout|pdb|embed|warnaserror|noconfig)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unwanted();

    [GeneratedRegex(@"^(?<file>[^(\n]+)\((?<line>\d+),\d+\): error ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Error();
}
