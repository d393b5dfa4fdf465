using EventStream.Api;
using EventStream.Api.Cors;
using EventStream.Api.Health;
using EventStream.Api.History;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming;
using EventStream.Api.Telemetry;

var builder = WebApplication.CreateBuilder(args);
builder.AddServerDefaults();
builder.AddEventBus();
builder.AddCorsAllowList();
builder.AddTelemetry();
builder.Services.AddStreaming();
builder.Services.AddApiDescription();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseCors();
foreach (var prefix in (string[])["/events", "/api/events"])
{
    var events = app.MapGroup(prefix).WithTags("Events").AddEndpointFilter<ProblemFilter>();
    events.MapStreams();
    events.MapPublishing();
    events.MapHistory();
}
app.MapHealth();
app.MapApiDescription();
app.Run();
