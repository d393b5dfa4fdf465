using System.Diagnostics;
using EventStream.Api.Access.Keys;
using EventStream.Api.Access.Tickets;
using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Style;

/// <summary>What <c>test.sh</c> does at its end finds the secrets that a suite let out.</summary>
public sealed class SecretScanTests(AccessSite site) : IClassFixture<AccessSite>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("key", 1)]
    [InlineData("key", 1, "\\u0022{0}\\u0022")]
    [InlineData("key", 1, "Bearer%20{0}")]
    [InlineData("key", 1, "Bearer {0}x")]
    [InlineData("ticket", 1)]
    [InlineData("ticket", 1, "?ticket%3D{0}")]
    [InlineData("ticket", 1, "x_{0}")]
    [InlineData("ticket", 1, "\\n{0}")]
    [InlineData("token", 1)]
    [InlineData("token", 1, "Bearer%20{0}")]
    [InlineData("example", 0)]
    [InlineData("nothing", 0)]
    public async Task Scan_FailsAndNamesTheLine_ForWholeSecretsAlone(string kind, int exitCode, string around = "Bearer {0}")
    {
        var secret = kind switch
        {
            "key" => KeySecret.Make("worker").Text,
            "ticket" => await new TicketSeal(new TicketKeys(store: null, TimeProvider.System, NullLogger<TicketKeys>.Instance)).SealAsync(new Ticket { Grants = ["subscribe session:s"] }),
            "token" => site.Token(["subscribe session:s"]),
            "example" => "es_worker_RRAMmybbsqm9XOuW-ZeGQbBq8JlCYz6f7QsEl1l5VPA",
            _ => "es_nobody_c2VjcmV0 CfDJ8L… eyJhbGciOi…",
        };
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"A line.\n{{\"line\":\"{string.Format(null, around, secret)}\"}}\n", Cancel);
            var (code, output) = await ScanAsync(file);

            code.ShouldBe(exitCode, output);
            if (exitCode == 0) output.ShouldBeEmpty();
            else output.ShouldStartWith($"{file}:2 holds a {kind}: {secret[..12]}…");
            output.ShouldNotContain(secret);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int ExitCode, string Output)> ScanAsync(string file)
    {
        var start = new ProcessStartInfo("node", [Repository.PathOf("EventStream.Tests", "test-report.mjs"), "secrets", file]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = TiedProcess.Start(start);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel).WaitAsync(Timeouts.Default, Cancel);
        return (process.ExitCode, output);
    }
}
