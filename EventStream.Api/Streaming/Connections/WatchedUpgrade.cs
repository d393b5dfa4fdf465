using Microsoft.AspNetCore.Http.Features;

namespace EventStream.Api.Streaming.Connections;

/// <summary>Hands the WebSocket of a connection a stream that is watched, for HTTP/1.1 and HTTP/2.</summary>
internal sealed class WatchedUpgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect) : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    /// <summary>The stream; null until the handshake.</summary>
    public WatchedStream? Stream { get; private set; }

    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest == true;

    public bool IsExtendedConnect => connect?.IsExtendedConnect == true;

    public string? Protocol => connect?.Protocol;

    /// <summary>Has the stream of this request's WebSocket watched. Before the handshake is looked at.</summary>
    public static Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        var features = context.Features;
        var watched = new WatchedUpgrade(features.Get<IHttpUpgradeFeature>(), features.Get<IHttpExtendedConnectFeature>());
        features.Set<IHttpUpgradeFeature>(watched);
        features.Set<IHttpExtendedConnectFeature>(watched);
        features.Set(watched);
        return next(context);
    }

    public async Task<Stream> UpgradeAsync() => Stream = new WatchedStream(await upgrade!.UpgradeAsync());

    public async ValueTask<Stream> AcceptAsync() => Stream = new WatchedStream(await connect!.AcceptAsync());
}
