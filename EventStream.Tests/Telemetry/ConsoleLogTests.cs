using System.Text.RegularExpressions;
using EventStream.Api.Telemetry;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Telemetry;

public sealed class ConsoleLogTests
{
    [Fact]
    public async Task Log_TakesNoScopes_WhenTheyArentShown()
    {
        await using var app = Build();
        app.Services.GetServices<ILoggerProvider>().ShouldAllBe(provider => !(provider is ISupportExternalScope));
    }

    [Theory]
    [InlineData("Logging:Console:FormatterOptions:IncludeScopes")]
    [InlineData("Logging:Console:IncludeScopes")]
    public async Task Log_TakesScopes_WhenTheConsoleShowsThem(string setting)
    {
        await using var app = Build((setting, "true"));
        app.Services.GetServices<ILoggerProvider>().ShouldContain(provider => provider is ISupportExternalScope);
    }

    [Fact]
    public async Task Log_GoesByTheSettingsOfTheConsole()
    {
        await using var app = Build(("Logging:LogLevel:Default", "None"), ("Logging:Console:LogLevel:Default", "Information"), ("Logging:Console:LogLevel:Quiet", "None"));
        var factory = app.Services.GetRequiredService<ILoggerFactory>();
        factory.CreateLogger("Quiet").IsEnabled(LogLevel.Critical).ShouldBeFalse();
        factory.CreateLogger("Loud").IsEnabled(LogLevel.Information).ShouldBeTrue();
    }

    [Fact]
    public async Task Log_TellsTheTimeOfEachLine()
    {
        await using var server = await ApiProcess.StartAsync();
        server.Output.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal) && !line.StartsWith("   ", StringComparison.Ordinal)).ShouldAllBe(line => Regex.IsMatch(line, @"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (info|warn): ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking));
        server.Output.ShouldContain("info: ");
    }

    private static WebApplication Build(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.AddConsoleLog();
        return builder.Build();
    }
}
