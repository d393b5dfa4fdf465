using System.Text.Json;
using System.Text.Json.Serialization;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming;
using EventStream.Events;
using Microsoft.Extensions.Options;

namespace EventStream.Api;

/// <summary>What the whole server shares: address, limits, JSON, options, the bus.</summary>
internal static class ServerSetup
{
    public static void AddServerDefaults(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls("http://localhost:8000");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Kestrel counts the framing of chunks too; publishing counts the body itself.
            kestrel.Limits.MaxRequestBodySize = 2 * EventLimits.MaxBatchBytes;
        });
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.AddChecked<StreamingOptions>(StreamingOptions.Section, options => options.Problem());
        builder.AddChecked<PublishingOptions>(PublishingOptions.Section, options => options.Problem());
    }

    public static void AddEventBus(this WebApplicationBuilder builder)
    {
        builder.Services.AddEventStream(options =>
        {
            options.Redis = builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } redis ? redis : null;
            options.RedisCommandTimeout = builder.Configuration.GetValue("Redis:CommandTimeout", options.RedisCommandTimeout);
            builder.Configuration.GetSection("Log").Bind(options.Log);
        });
        builder.Services.AddHostedService<BusStart>();
    }

    private static void AddChecked<TOptions>(this WebApplicationBuilder builder, string section, Func<TOptions, string?> problem) where TOptions : class
    {
        builder.Services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TOptions>>(new Check<TOptions>(problem));
    }

    private sealed class Check<TOptions>(Func<TOptions, string?> problem) : IValidateOptions<TOptions> where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) =>
            problem(options) is { } failure ? ValidateOptionsResult.Fail(failure) : ValidateOptionsResult.Success;
    }
}
