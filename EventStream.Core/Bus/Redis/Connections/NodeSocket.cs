using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace EventStream.Bus.Redis.Connections;

/// <summary>The bytes to and from one node, by the settings that the client library takes: TCP or a unix socket, a proxy, TLS with any certificates.</summary>
/// <remarks>All calls block: a socket that was once used asynchronously wakes another thread for each read from then on.</remarks>
internal sealed class NodeSocket : IDisposable
{
    // The kernel calls a socket writable while a third of its buffer is free, and the smallest that it gives has 46 kB.
    private const int MostBytesAtOnce = 15_000;

    private readonly EndPoint _endPoint;
    private readonly ConfigurationOptions _configuration;
    private readonly ConnectionType _kind;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _ending = new();
    private Stream _stream = Stream.Null;

    /// <param name="endPoint">The node.</param>
    /// <param name="configuration">How to connect.</param>
    /// <param name="kind">What the settings' own hooks are told that the connection is for.</param>
    public NodeSocket(EndPoint endPoint, ConfigurationOptions configuration, ConnectionType kind)
    {
        (_endPoint, _configuration, _kind) = (endPoint, configuration, kind);
        _socket = endPoint.AddressFamily == AddressFamily.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.SendTimeout = configuration.AsyncTimeout;
    }

    /// <summary>Connects; ended by <see cref="Dispose"/>.</summary>
    public void Connect()
    {
        _stream = ConnectPlain();
        if (_configuration.Ssl) Secure(_stream);
    }

    public int Read(Span<byte> buffer) => _stream.Read(buffer);

    /// <summary>Whether <see cref="Write"/> would take this many bytes without waiting.</summary>
    public bool TakesAtOnce(int bytes) => bytes <= MostBytesAtOnce && _socket.Poll(0, SelectMode.SelectWrite);

    /// <summary>Writes; not called by two at once.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    /// <summary>Ends a thread that connects, reads or writes.</summary>
    public void Dispose()
    {
        // A tunnel may hang before there is a socket to close.
        _ending.Cancel();
        _socket.Dispose();
        _stream.Dispose();
        _ending.Dispose();
    }

    private Stream ConnectPlain()
    {
        var cancellation = _ending.Token;
        var target = _endPoint;
        _configuration.BeforeSocketConnect?.Invoke(_endPoint, _kind, _socket);
        if (_configuration.Tunnel is { } tunnel)
        {
            target = Wait(tunnel.GetSocketConnectEndpointAsync(_endPoint, cancellation)) ?? target;
            tunnel.BeforeSocketConnectAsync(_endPoint, _kind, _socket, cancellation).AsTask().GetAwaiter().GetResult();
        }
        _socket.Connect(target);
        var behindTunnel = _configuration.Tunnel is null ? null : Wait(_configuration.Tunnel.BeforeAuthenticateAsync(_endPoint, _kind, _socket, cancellation));
        return behindTunnel ?? new NetworkStream(_socket, ownsSocket: true);
    }

    private void Secure(Stream plain)
    {
#pragma warning disable SER009 // The library marks it as experimental. Nothing else says which certificates its own connections take.
        var tls = new TlsOptions(_configuration);
        var host = tls.ResolveHost(_endPoint);
        var stream = new SslStream(plain, leaveInnerStreamOpen: false, tls.CertificateValidationCallback, tls.CertificateSelectionCallback);
        // Before the handshake, so that Dispose ends it too.
        _stream = stream;
        // The library checks revocation only where it was told the protocols.
        if (tls.GetSslClientAuthenticationOptions(host) is { } options) stream.AuthenticateAsClient(options);
        else if (tls.SslProtocols is { } protocols) stream.AuthenticateAsClient(host, clientCertificates: null, protocols, tls.CheckCertificateRevocation);
        else stream.AuthenticateAsClient(host);
#pragma warning restore SER009
    }

    private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}
