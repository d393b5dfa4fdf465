using EventStream.Api.Inspector;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Inspector;

/// <summary>What the server says when the page can't be built.</summary>
public sealed class NodeProgramTests
{
    [Theory]
    [InlineData("npm error code EACCES\nnpm error syscall mkdir\nnpm error path /src/node_modules\nnpm error errno -13\nnpm error Error: EACCES: permission denied, mkdir '/src/node_modules'\n", "Error: EACCES: permission denied, mkdir '/src/node_modules'")]
    [InlineData("npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error errno ENOTFOUND\nnpm error network request to https://example.org/a failed, reason: getaddrinfo ENOTFOUND example.org\n", "network request to https://example.org/a failed, reason: getaddrinfo ENOTFOUND example.org")]
    [InlineData("npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.\n", "`npm ci` can only install packages when your package.json and package-lock.json are in sync.")]
    [InlineData("\n\n", "It gives no reason.")]
    public void ReasonIn_IsTheFirstSentence(string printed, string reason) => NodeProgram.ReasonIn(printed).ShouldBe(reason);

    [Fact]
    public async Task RunAsync_SaysWhatToInstall_WhenThereIsNoSuchProgram() =>
        (await NodeProgram.RunAsync(Path.GetTempPath(), "no-such-npm.cmd", ["ci"], TestContext.Current.CancellationToken)).ShouldBe("no-such-npm isn't installed. Install Node.js 20.19 or newer with npm, and start the server again.");

    [Theory]
    [InlineData("v16.20.0", true)]
    [InlineData("v20.18.3", true)]
    [InlineData("v20.19.0", false)]
    [InlineData("v25.0.0-nightly2026", false)]
    [InlineData("whatever", false)]
    public void IsTooOld_ComparesWithTheOldestThatBuildsThePage(string version, bool isTooOld) => NodeProgram.IsTooOld(version).ShouldBe(isTooOld);
}
