using EventStream.Api;
using EventStream.Api.Access;
using EventStream.Api.Agents;
using EventStream.Api.Ingest;
using EventStream.Api.OpenApi;
using EventStream.Api.Publishing;
using EventStream.Api.Routes;
using EventStream.Api.Settings;
using EventStream.Api.Streaming;
using EventStream.Api.Telemetry;

if (CommandLine.Answer(args, Console.Out, Console.Error) is { } code) return code;
try
{
    CommandLine.Check(args);
    // The settings stand beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConsoleLog();
    builder.AddServerDefaults();
    builder.AddEventBus();
    builder.AddAccess();
    builder.AddTelemetry();
    builder.Services.AddStreaming();
    builder.Services.AddPublishing();
    builder.Services.AddIngest();
    builder.Services.AddAgents();
    builder.Services.AddApiDescription();

    await using var app = builder.Build();
    app.UsePathPrefix();
    app.UseServerDefaults();
    app.UseAccess();
    app.MapRoutes();
    await app.ServeAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Line(e) is { } line)
{
    return StartFailure.Tell(line);
}
