using EventStream.Api.Access.Audit;
using EventStream.Api.Access.Credentials;
using EventStream.Api.Access.Keys;
using EventStream.Api.Access.Limits;
using EventStream.Api.Access.Tickets;
using EventStream.Api.Cors;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace EventStream.Api.Access;

/// <summary>Who gets in: the settings of <c>Access</c>, and the steps that every request takes before its handler.</summary>
internal static class AccessSetup
{
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var settings = AccessSettings.Read(builder.Configuration);
        builder.AddCorsAllowList();
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(new KeyTable(settings));
        services.AddSingleton<CallerReader>();
        services.AddSingleton<CallerOf>();
        services.AddSingleton<CallerWatch>();
        services.AddSingleton(provider => new CallerLimits(
            settings.Limits, provider.GetRequiredService<IOptions<EventStreamOptions>>().Value.Log, provider.GetRequiredService<StreamMetrics>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<JwtReader>();
        services.AddSingleton<UsedTickets>();
        services.AddSingleton(provider => new TicketKeys(RedisTickets.Keys(provider.GetRequiredService<IEventBus>()), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TicketKeys>>()));
        services.AddSingleton<TicketSeal>();
        services.AddSingleton<AccessStep>();
        services.AddSingleton<HostStep>();
        services.AddSingleton<OriginStep>();
        services.AddSingleton<ListenCheck>();
        services.AddHostedService<KeyFile>();
        if (settings.Jwt is { } jwt) services.AddTokens(jwt);
        services.AddOptions<SocketTransportOptions>().PostConfigure<ListenCheck>((sockets, check) =>
        {
            var create = sockets.CreateBoundListenSocket;
            sockets.CreateBoundListenSocket = endPoint =>
            {
                check.Check(endPoint);
                return create(endPoint);
            };
        });
    }

    public static void UseAccess(this WebApplication app)
    {
        // Else the framework puts a step of its own in front, which reads the tokens of public endpoints too, and stays around streams.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        var (host, origin, access) = (app.Services.GetRequiredService<HostStep>(), app.Services.GetRequiredService<OriginStep>(), app.Services.GetRequiredService<AccessStep>());
        app.Use(next => context => host.RunAsync(context, next));
        app.Use(next => context => origin.RunAsync(context, next));
        app.Use(next => context => access.RunAsync(context, next));
    }

    // Without AddAuthentication, which makes keys of Data Protection at the start, in the home of the user.
    private static void AddTokens(this IServiceCollection services, JwtSettings jwt)
    {
        services.AddAuthenticationCore();
        services.AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemeSettings>();
        if (jwt.Authority is { } authority)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<IssuerKeys>(provider, authority));
            services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IssuerKeys>((options, keys) => options.ConfigurationManager = keys);
        }
        new AuthenticationBuilder(services).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = jwt.Issuer ?? jwt.Authority,
                // Else the issuer that the authority names counts beside it.
                IssuerValidator = jwt.Issuer is { } issuer ? (claimed, _, _) => claimed == issuer ? claimed : throw new SecurityTokenInvalidIssuerException("The token is of another issuer.") : null,
                ValidAudience = jwt.Audience,
                IssuerSigningKeys = jwt.Keys,
                ValidAlgorithms = jwt.Algorithms,
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ClockSkew = CallerWatch.ClockSkew,
                NameClaimType = JwtReader.NameClaim,
            };
        });
    }
}
