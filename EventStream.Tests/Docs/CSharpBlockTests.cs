using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Docs;

/// <summary>The C# of the documents compiles. <see cref="NewUserTests"/> runs the README's first programs.</summary>
public sealed class CSharpBlockTests
{
    // What a program of one's own has around the lines that are shown.
    private const string Around = """
        global using System;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using EventStream.Dispatching;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.AI;
        global using Microsoft.Agents.AI;
        global using static Yours;

        internal static class Yours
        {
            public static readonly HostApplicationBuilder builder = null!;
            public static readonly IChatClient chatClient = null!;
            public static readonly AIFunction readMachine = null!, writeNote = null!;
            public static readonly string instructions = "";
        }
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Blocks_Compile()
    {
        var blocks = CodeBlocks.In("csharp");
        blocks.Count.ShouldBeGreaterThan(6);
        foreach (var (document, code) in blocks) Errors(code).ShouldBeEmpty($"{document}:\n{code}");
    }

    [Fact]
    public void Block_IsRefused_WhenItNamesWhatThereIsNot() => Errors("builder.Services.AddEventDispatcher(o => o.Servre = null);").ShouldHaveSingleItem().ShouldContain("Servre");

    private static List<string> Errors(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(string.Join('\n', code.Split('\n').Select(line => line.StartsWith("#:", StringComparison.Ordinal) ? "" : line)), Language, cancellationToken: Cancel);
        var isProgram = tree.GetCompilationUnitRoot(Cancel).Members.Any(member => member is GlobalStatementSyntax);
        var options = new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        return [.. CSharpCompilation.Create("block", [CSharpSyntaxTree.ParseText(Around, Language, cancellationToken: Cancel), tree], References, options).GetDiagnostics(Cancel).Where(told => told.Severity == DiagnosticSeverity.Error).Select(told => told.ToString())];
    }
}
