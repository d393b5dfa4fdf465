using System.Net;
using System.Text;
using EventStream.Benchmarks.Load.Secure;

namespace EventStream.Benchmarks.Load;

/// <summary>The streams of a run, spread evenly over its sessions.</summary>
internal sealed class StreamSet : IDisposable
{
    // More at once would overflow a server's backlog, and a lost handshake waits a second.
    private const int Concurrency = 128;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private readonly UrlTemplate _url;
    private readonly string _prefix;
    private readonly int _sessions;
    private readonly string? _cursor;
    private readonly LoadStream[] _streams;
    private int _opening;

    /// <param name="sockets">The loop that serves them.</param>
    /// <param name="url">The address of the streams.</param>
    /// <param name="prefix">The prefix of session names; a number follows.</param>
    /// <param name="streams">How many streams.</param>
    /// <param name="sessions">How many sessions.</param>
    /// <param name="cursor">The cursor that the streams are requested with, if any.</param>
    public StreamSet(SocketSet sockets, UrlTemplate url, string prefix, int streams, int sessions, string? cursor = null)
    {
        (Sockets, _url, _prefix, _sessions, _cursor, EndPoint) = (sockets, url, prefix, sessions, cursor, url.Resolve());
        Tls = url.IsSecure ? new TlsClient(url.Host, url.IsHttp2) : null;
        _streams = [.. Enumerable.Range(0, streams).Select(i => new LoadStream(this, i % sessions))];
    }

    public SocketSet Sockets { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>How connections are secured; null when they aren't.</summary>
    public TlsClient? Tls { get; }

    public bool IsHttp2 => _url.IsHttp2;

    public Tally Tally { get; } = new();

    public int Opened { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Streams that ended after they had begun.</summary>
    public int Dropped { get; private set; }

    public string? FirstTrouble { get; private set; }

    public string NameOf(int session) => $"{_prefix}{session}";

    public byte[] RequestOf(int session)
    {
        var path = _url.PathOf(NameOf(session));
        if (_url.IsHttp2) return [.. Http2Reader.Preface, .. Http2Reader.RequestOf(_url.Authority, path, _cursor)];
        var cursor = _cursor is null ? "" : $"Last-Event-ID: {_cursor}\r\n";
        return Encoding.ASCII.GetBytes(_url.IsWebSocket
            ? $"GET {path} HTTP/1.1\r\nHost: {_url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
            : $"GET {path} HTTP/1.1\r\nHost: {_url.Authority}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n{cursor}\r\n");
    }

    /// <summary>Opens all streams, some at a time, and returns when each has begun or failed.</summary>
    public void Open()
    {
        var (next, since) = (0, LoadClock.Now);
        while (Opened + Refused < _streams.Length)
        {
            for (; next < _streams.Length && _opening < Concurrency; next++)
            {
                _opening++;
                _streams[next].Open();
            }
            Sockets.Poll(10_000_000, most: 256);
            if (LoadClock.Now - since < MaxWait.TotalNanoseconds) continue;
            FirstTrouble ??= $"no answer within {MaxWait.TotalSeconds:F0} s";
            Refused = _streams.Length - Opened;
        }
        foreach (var stream in _streams.Where(stream => !stream.IsReady)) stream.Close();
        if (Opened == 0) throw new BenchmarkException($"No stream of {_url.Authority}{_url.PathOf(UrlTemplate.Place)} could be opened: {FirstTrouble}.");
    }

    /// <summary>How many streams each session has.</summary>
    public int[] PerSession()
    {
        var count = new int[_sessions];
        foreach (var stream in _streams.Where(stream => stream.IsOpen)) count[stream.Session]++;
        return count;
    }

    /// <summary>How many deliveries never arrived, when each session got so many events.</summary>
    /// <remarks>A stream that never began counts as refused, and none of its deliveries as lost.</remarks>
    public long LostOf(int[] published) => _streams.Where(stream => stream.IsReady).Sum(stream => stream.LostOf(published[stream.Session]));

    public void OnReady()
    {
        _opening--;
        Opened++;
    }

    public void OnClosed(LoadStream stream, string why)
    {
        FirstTrouble ??= why;
        if (stream.IsReady)
        {
            Dropped++;
            return;
        }
        _opening--;
        Refused++;
    }

    public void Dispose()
    {
        foreach (var stream in _streams) stream.Close();
        Tls?.Dispose();
    }
}
