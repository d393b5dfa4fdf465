using EventStream.Api;
using EventStream.Api.Cors;
using EventStream.Api.Ingest;
using EventStream.Api.OpenApi;
using EventStream.Api.Publishing;
using EventStream.Api.Routes;
using EventStream.Api.Settings;
using EventStream.Api.Streaming;
using EventStream.Api.Telemetry;

try
{
    // The settings stand beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddConsoleLog();
    builder.AddServerDefaults();
    builder.AddEventBus();
    builder.AddCorsAllowList();
    builder.AddTelemetry();
    builder.Services.AddStreaming();
    builder.Services.AddPublishing();
    builder.Services.AddIngest();
    builder.Services.AddApiDescription();

    await using var app = builder.Build();
    app.UsePathPrefix();
    app.UseServerDefaults();
    app.MapRoutes();
    await app.ListenAsync();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (StartFailure.Line(e) is { } line)
{
    return StartFailure.Tell(line);
}
