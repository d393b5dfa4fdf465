using System.Net;
using System.Net.Sockets;
using EventStream.Bus.Redis.Subscribing;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace EventStream.Bus.Redis;

/// <summary>Proves that a node takes the user and password, before each connection that the client library makes to it.</summary>
/// <remarks>
/// The library ignores the answer to its AUTH: where <c>default</c> has no password, it would go on as that user. Without user and password the node is
/// asked too, since the library doesn't always tell that one is wanted.
/// </remarks>
internal sealed class ProvenCredentials(ConfigurationOptions configuration, TimeProvider time, Action<BusUnavailableException?> told) : Tunnel
{
    /// <summary>The settings for commands.</summary>
    /// <param name="configuration">The settings that were given.</param>
    /// <param name="time">The clock.</param>
    /// <param name="told">Called with each refusal, and with null when a node takes them.</param>
    public static ConfigurationOptions Of(ConfigurationOptions configuration, TimeProvider time, Action<BusUnavailableException?> told)
    {
        var proven = configuration.Clone();
        proven.Tunnel = new ProvenCredentials(configuration, time, told);
        return proven;
    }

    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        configuration.Tunnel?.GetSocketConnectEndpointAsync(endpoint, cancellationToken) ?? base.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

    public override ValueTask BeforeSocketConnectAsync(EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
        configuration.Tunnel?.BeforeSocketConnectAsync(endPoint, connectionType, socket, cancellationToken) ?? base.BeforeSocketConnectAsync(endPoint, connectionType, socket, cancellationToken);

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        try
        {
            await (await PubSubConnection.OpenAsync(endpoint, configuration, time).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            told(null);
        }
        catch (BusUnavailableException e)
        {
            // The library ends its connection and tries again.
            if (e.Refusal is not null) told(e);
            throw;
        }
        return configuration.Tunnel is { } tunnel ? await tunnel.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken).ConfigureAwait(false) : null;
    }
}
