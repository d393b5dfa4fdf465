using System.Runtime.CompilerServices;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventStream.Listening;

/// <summary>Reads streams from C#: over a bus, or over HTTP from a server. The counterpart of the dispatcher.</summary>
/// <remarks>Any number of streams can be read at once. It holds nothing by itself: each reading ends with its loop.</remarks>
/// <example>
/// <code>
/// var listener = new StreamListener(new HttpClient { BaseAddress = new Uri("http://localhost:8000") });
/// await foreach (var e in listener.ReadAsync(StreamKey.Session("demo"), StartFrom.Earliest))
/// {
///     if (e.Is&lt;AgentMessageDelta&gt;(out var message)) Console.Write(message.Delta);
/// }
/// </code>
/// </example>
public sealed partial class StreamListener
{
    private readonly Func<ListenRequest, IStreamReading> _begin;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Reads from a bus.</summary>
    /// <param name="bus">The bus; it isn't disposed with the listener.</param>
    /// <param name="time">The clock of pauses and checks; the system's when null.</param>
    /// <param name="logger">Is told of outages; nothing is logged when null.</param>
    public StreamListener(IEventBus bus, TimeProvider? time = null, ILogger<StreamListener>? logger = null) : this(time, logger)
    {
        ArgumentNullException.ThrowIfNull(bus);
        (Bus, _begin) = (bus, request => new BusReading(bus, request, _time, _logger));
    }

    /// <summary>Reads from a server.</summary>
    /// <param name="client">Its base address is the server's root. It sends the key or token, where the server asks for one, and isn't disposed with the listener.</param>
    /// <param name="time">The clock of pauses and checks; the system's when null.</param>
    /// <param name="logger">Is told of outages; nothing is logged when null.</param>
    /// <exception cref="ArgumentException">The client has no base address.</exception>
    public StreamListener(HttpClient client, TimeProvider? time = null, ILogger<StreamListener>? logger = null) : this(time, logger)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (client.BaseAddress is null) throw new ArgumentException("The client needs a BaseAddress: the server's root, such as http://localhost:8000/.", nameof(client));
        _begin = request => new HttpReading(client, request, _time, _logger);
    }

    private StreamListener(TimeProvider? time, ILogger? logger) => (_begin, _time, _logger) = (null!, time ?? TimeProvider.System, logger ?? NullLogger.Instance);

    /// <summary>What it reads from; null when that is a server.</summary>
    internal IEventBus? Bus { get; }

    /// <summary>Reads a stream until it is over or the token is cancelled, whatever happens to bus, server and network meanwhile.</summary>
    /// <remarks>
    /// Every event of the log comes once and in order. The first item is <c>session_stream_started</c>, which says whether all that was asked for follows;
    /// <c>stream_gap</c> names events that are gone for good, and <c>stream_closing</c> is the last item of a stream that is over, with the reason
    /// <c>session_deleted</c>, <c>session_ended</c>, <c>run_ended</c>, or <c>over</c> when it was over before the cursor that reading starts after.
    /// </remarks>
    /// <param name="stream">The stream.</param>
    /// <param name="from">Where to start; live when it is left out.</param>
    /// <param name="options">Which events, and until when; all of them and for ever when null.</param>
    /// <param name="cancellationToken">Ends the loop at once with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EventRejectedException">An option can't work.</exception>
    /// <exception cref="HttpRequestException">In the loop: repeating won't help, such as when the server refuses the key, or is no server of EventStream's.</exception>
    /// <exception cref="BusUnavailableException">In the loop: the bus refuses until an operator changes something, such as a missing right.</exception>
    public IAsyncEnumerable<StreamEvent> ReadAsync(StreamKey stream, StartFrom from = default, ListenOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ListenOptions();
        return IterateAsync(new ListenRequest(stream, from, options, options.FilterOf(stream)), cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync(StreamKey, StartFrom, ListenOptions?, CancellationToken)"/>
    public IAsyncEnumerable<StreamEvent> ReadAsync(StreamKey stream, StartFrom from, CancellationToken cancellationToken) => ReadAsync(stream, from, options: null, cancellationToken);

    private async IAsyncEnumerable<StreamEvent> IterateAsync(ListenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = _begin(request);
        await using var _ = reading.ConfigureAwait(false);
        var backoff = new Backoff(_time);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reading.Ready.TryDequeue(out var next)) yield return next;
            else if (reading.IsOver) yield break;
            else await AdvanceAsync(reading, request.Stream, backoff, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AdvanceAsync(IStreamReading reading, StreamKey stream, Backoff backoff, CancellationToken cancellationToken)
    {
        try
        {
            await reading.AdvanceAsync(cancellationToken).ConfigureAwait(false);
            if (backoff.Reset()) LogResumed(stream);
        }
        // Out of memory, Redis refuses writes alone.
        catch (BusUnavailableException e) when (e.Refusal is not { IsLasting: true } || e.IsOutOfMemory)
        {
            if (!backoff.HasBegun) LogInterrupted(stream, e.Message);
            await backoff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
