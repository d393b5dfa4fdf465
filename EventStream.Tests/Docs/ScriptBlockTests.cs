using System.Diagnostics;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Docs;

/// <summary>The commands and the Python of the documents can be read by their programs, and the README's publisher runs.</summary>
[Needs(Need.Python)]
public sealed class ScriptBlockTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // Some show lines of a function's body.
    private const string Parse = "import ast, sys; compile(sys.stdin.read(), 'block', 'exec', ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_CanBeRead()
    {
        var blocks = CodeBlocks.In("bash", "sh");
        blocks.Count.ShouldBeGreaterThan(4);
        foreach (var (document, code) in blocks) (await RunAsync(code, "bash", "-n")).ShouldBe((0, ""), document);
    }

    [Fact]
    public async Task Python_CanBeRead()
    {
        var blocks = CodeBlocks.In("python");
        blocks.Count.ShouldBeGreaterThan(3);
        foreach (var (document, code) in blocks) (await RunAsync(code, "python3", "-c", Parse)).ShouldBe((0, ""), document);
    }

    [Fact]
    public async Task Publisher_OfTheReadme_RunsAsOftenAsItIsStarted()
    {
        var session = $"s-{Guid.NewGuid():N}";
        var program = CodeBlocks.In("python").Single(block => block.Document == "README.md").Code.Replace("Publisher(\"demo\")", $"Publisher(\"{session}\", \"{shared.Server.Address}\")", StringComparison.Ordinal);
        program.ShouldContain(session);

        (await RunAsync(program, "python3", "-")).ShouldBe((0, ""));
        (await RunAsync(program, "python3", "-")).ShouldBe((0, ""));

        var history = await shared.Server.Client.GetStringAsync($"/events/{session}/history", Cancel);
        history.Split("\"type\":\"run_completed\"").Length.ShouldBe(3);
        history.Split("\"type\":\"agent_message_delta\"").Length.ShouldBe(7);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PYTHONPATH"] = Repository.PathOf("samples", "python");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = TiedProcess.Start(start);
        await process.StandardInput.WriteAsync(input.AsMemory(), Cancel);
        process.StandardInput.Close();
        var errors = await process.StandardError.ReadToEndAsync(Cancel).WaitAsync(Timeouts.Default, Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, errors);
    }
}
