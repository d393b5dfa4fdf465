using System.Runtime.InteropServices;
using System.Text;

namespace EventStream.Benchmarks.Load.Secure;

/// <summary>The calls of OpenSSL 3 that the load generator makes by itself, on its own non-blocking sockets.</summary>
internal static partial class OpenSsl
{
    public const int SetMode = 33;
    public const int SetHostName = 55;
    public const int SetMinimum = 123;
    // Buffers of idle connections would take 34 kB each.
    public const int ReleaseBuffers = 0x10;
    public const int Tls13 = 0x0304;
    public const int WantsRead = 2;
    public const int WantsWrite = 3;
    public const int HasClosed = 6;

    private const string Tls = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    /// <summary>What went wrong last on this thread.</summary>
    public static string LastMessage
    {
        get
        {
            Span<byte> text = stackalloc byte[256];
            text.Clear();
            if (GetError() is not 0 and var error) Describe(error, text, text.Length);
            return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]) is { Length: > 0 } told ? told[(told.LastIndexOf(':') + 1)..] : "the connection was cut";
        }
    }

    [LibraryImport(Tls, EntryPoint = "TLS_client_method")]
    public static partial nint ClientMethod();

    [LibraryImport(Tls, EntryPoint = "SSL_CTX_new")]
    public static partial nint NewContext(nint method);

    [LibraryImport(Tls, EntryPoint = "SSL_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Tls, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ControlContext(nint context, int command, nint number, nint pointer);

    [LibraryImport(Tls, EntryPoint = "SSL_CTX_set_ciphersuites", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetCiphers(nint context, string names);

    [LibraryImport(Tls, EntryPoint = "SSL_CTX_set_alpn_protos")]
    public static partial int SetProtocols(nint context, ReadOnlySpan<byte> names, uint length);

    [LibraryImport(Tls, EntryPoint = "SSL_new")]
    public static partial nint New(nint context);

    [LibraryImport(Tls, EntryPoint = "SSL_free")]
    public static partial void Free(nint session);

    [LibraryImport(Tls, EntryPoint = "SSL_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Control(nint session, int command, nint number, string text);

    [LibraryImport(Tls, EntryPoint = "SSL_set_fd")]
    public static partial int SetSocket(nint session, int socket);

    [LibraryImport(Tls, EntryPoint = "SSL_connect")]
    public static partial int Connect(nint session);

    [LibraryImport(Tls, EntryPoint = "SSL_read")]
    public static partial int Read(nint session, Span<byte> bytes, int length);

    [LibraryImport(Tls, EntryPoint = "SSL_write")]
    public static partial int Write(nint session, ReadOnlySpan<byte> bytes, int length);

    [LibraryImport(Tls, EntryPoint = "SSL_get_error")]
    public static partial int ErrorOf(nint session, int result);

    [LibraryImport(Tls, EntryPoint = "SSL_get0_alpn_selected")]
    public static partial void GetProtocol(nint session, out nint name, out uint length);

    [LibraryImport(Crypto, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Crypto, EntryPoint = "ERR_get_error")]
    private static partial nuint GetError();

    [LibraryImport(Crypto, EntryPoint = "ERR_error_string_n")]
    private static partial void Describe(nuint error, Span<byte> text, nint length);
}
