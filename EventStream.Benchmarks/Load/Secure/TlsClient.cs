using Microsoft.Win32.SafeHandles;

namespace EventStream.Benchmarks.Load.Secure;

/// <summary>TLS 1.3 with one cipher, so that all servers do the same work. Certificates aren't checked: the generator is no browser.</summary>
internal sealed class TlsClient : IDisposable
{
    private const string Cipher = "TLS_AES_128_GCM_SHA256";

    private readonly string _host;
    private readonly string _protocol;
    private readonly Context _context;

    /// <param name="host">The name that servers are asked for.</param>
    /// <param name="isHttp2">Whether HTTP/2 is asked for; otherwise HTTP/1.1.</param>
    public TlsClient(string host, bool isHttp2)
    {
        (_host, _protocol) = (host, isHttp2 ? "h2" : "http/1.1");
        try
        {
            _context = new Context(OpenSsl.NewContext(OpenSsl.ClientMethod()));
        }
        catch (DllNotFoundException e)
        {
            throw new BenchmarkException($"TLS needs OpenSSL 3 (libssl3): {e.Message}");
        }
        OpenSsl.ControlContext(_context.DangerousGetHandle(), OpenSsl.SetMinimum, OpenSsl.Tls13, 0);
        OpenSsl.ControlContext(_context.DangerousGetHandle(), OpenSsl.SetMode, OpenSsl.ReleaseBuffers, 0);
        byte[] names = [(byte)_protocol.Length, .. System.Text.Encoding.ASCII.GetBytes(_protocol)];
        if (OpenSsl.SetCiphers(_context.DangerousGetHandle(), Cipher) != 1 || OpenSsl.SetProtocols(_context.DangerousGetHandle(), names, (uint)names.Length) != 0) throw new BenchmarkException($"OpenSSL has no {Cipher}.");
    }

    /// <summary>Begins a session on a connected socket.</summary>
    public nint Begin(int socket)
    {
        var session = OpenSsl.New(_context.DangerousGetHandle());
        if (OpenSsl.SetSocket(session, socket) != 1) throw new BenchmarkException($"OpenSSL takes no socket: {OpenSsl.LastMessage}");
        if (!System.Net.IPAddress.TryParse(_host, out _)) OpenSsl.Control(session, OpenSsl.SetHostName, 0, _host);
        return session;
    }

    /// <summary>Goes on with the handshake.</summary>
    /// <returns>What the socket must be ready for first; <see cref="Ready.None"/> when it is done.</returns>
    /// <exception cref="IOException">The server refused.</exception>
    public Ready Handshake(nint session)
    {
        OpenSsl.ClearErrors();
        var result = OpenSsl.Connect(session);
        if (result == 1) return HasProtocol(session) ? Ready.None : throw new IOException($"the server speaks no {(_protocol == "h2" ? "HTTP/2" : "HTTP/1.1")} over TLS");
        return OpenSsl.ErrorOf(session, result) switch
        {
            OpenSsl.WantsRead => Ready.Read,
            OpenSsl.WantsWrite => Ready.Write,
            _ => throw new IOException($"the TLS 1.3 handshake failed: {OpenSsl.LastMessage}"),
        };
    }

    /// <summary>Reads what has arrived.</summary>
    /// <returns>How many bytes; 0 when the server has closed, -1 when nothing can be read yet.</returns>
    /// <exception cref="IOException">What came isn't TLS, or the connection was cut.</exception>
    public static int Read(nint session, Span<byte> bytes)
    {
        OpenSsl.ClearErrors();
        var count = OpenSsl.Read(session, bytes, bytes.Length);
        if (count > 0) return count;
        return OpenSsl.ErrorOf(session, count) switch
        {
            OpenSsl.WantsRead or OpenSsl.WantsWrite => -1,
            OpenSsl.HasClosed => 0,
            _ => throw new IOException($"TLS was broken off: {OpenSsl.LastMessage}"),
        };
    }

    public void Dispose() => _context.Dispose();

    // Servers that don't know ALPN speak HTTP/1.1.
    private unsafe bool HasProtocol(nint session)
    {
        OpenSsl.GetProtocol(session, out var name, out var length);
        return length == 0 ? _protocol == "http/1.1" : System.Text.Encoding.ASCII.GetString((byte*)name, (int)length) == _protocol;
    }

    private sealed class Context : SafeHandleZeroOrMinusOneIsInvalid
    {
        public Context(nint context)
            : base(ownsHandle: true) => SetHandle(context);

        protected override bool ReleaseHandle()
        {
            OpenSsl.FreeContext(handle);
            return true;
        }
    }
}
