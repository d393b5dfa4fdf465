using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventStream.Dispatching;

/// <summary>Publishes what agents do. Thread-safe; one instance serves a whole process.</summary>
/// <remarks>
/// The order of a session's events is the order of the calls; sessions are independent. Event methods complete when the event is queued;
/// <see cref="FlushAsync"/> and <see cref="DisposeAsync"/> wait until it is stored. While the bus doesn't answer, events are held and repeated
/// under the same ids, so that none is stored twice. Events that are given up are told in a log line with their number and the reason;
/// when no logger takes it, it goes to standard error. A process that ends without disposing waits up to 2 seconds for what is queued.
/// </remarks>
/// <example>
/// <code>
/// using var http = new HttpClient { BaseAddress = new Uri("http://localhost:8000") };
/// await using var events = new EventDispatcher(new HttpEventAppender(http));
/// await using var run = events.BeginRun("demo", agentId: "planner");
/// await run.ToolAsync("search", new { query }, () => SearchAsync(query));
/// run.Complete();
/// </code>
/// </example>
public sealed partial class EventDispatcher : IAsyncDisposable, IDisposable
{
    private readonly IEventAppender _appender;
    private readonly DispatcherOptions _options;
    private readonly TimeProvider _time;
    private readonly LastResortLogger _logger;
    private readonly EventFactory _factory;

    /// <summary>Publishes to a bus.</summary>
    /// <param name="appender">The bus; it isn't disposed with the dispatcher.</param>
    /// <param name="options">Limits; the defaults when absent.</param>
    /// <param name="time">The clock of timestamps and retries.</param>
    /// <param name="logger">Gets a line when the bus stops answering, when it answers again, and when events are lost. Without one, or when it is switched off, losses go to standard error; <see cref="NullLogger{T}.Instance"/> silences them.</param>
    /// <exception cref="ArgumentException">An option can't work; the text names it.</exception>
    public EventDispatcher(IEventAppender appender, DispatcherOptions? options = null, TimeProvider? time = null, ILogger<EventDispatcher>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(appender);
        _options = options ?? new DispatcherOptions();
        if (_options.Problem() is { } problem) throw new ArgumentException(problem, nameof(options));
        _appender = appender;
        _time = time ?? TimeProvider.System;
        _logger = new LastResortLogger(logger);
        (_givenUp, _callbackFaults) = (new RareLine(_time), new RareLine(_time));
        _factory = new EventFactory(_time);
        _capacity = new QueueCapacity(_options.Capacity, _options.CapacityBytes);
        _ingest = IngestOf(appender, _options, _time);
        ProcessEnd.Watch(this);
    }

    /// <summary>How many deltas <see cref="WhenFull.DropDeltas"/> dropped so far.</summary>
    public long DroppedDeltas
    {
        get { lock (_lock) return _dropped.Count; }
    }

    internal string ProducerId { get; } = Guid.NewGuid().ToString("N");

    internal TimeProvider Time => _time;

    internal int LaneCount
    {
        get { lock (_lock) return _lanes.Count; }
    }

    /// <summary>The same methods for one session, without naming it each time.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="projectId">The project that its events belong to, if any.</param>
    /// <param name="broadcast">Whether its events are broadcast too.</param>
    public SessionPublisher ForSession(string sessionId, string? projectId = null, bool broadcast = false) => new(this, sessionId, projectId, broadcast);

    /// <summary>The same methods for one run, whose events carry its id and that of its agent.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="runId">The run.</param>
    /// <param name="agentId">Its agent.</param>
    /// <param name="projectId">The project that its events belong to, if any.</param>
    /// <param name="broadcast">Whether its events are broadcast too.</param>
    public RunPublisher ForRun(string sessionId, string runId, string? agentId = null, string? projectId = null, bool broadcast = false) =>
        new(this, sessionId, runId, agentId, projectId, broadcast);

    /// <summary>Queues a canonical event.</summary>
    /// <exception cref="EventRejectedException">A member breaks a rule of the envelope.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher was disposed.</exception>
    /// <param name="sessionId">The session.</param>
    /// <param name="payload">The payload, whose class gives the type.</param>
    /// <param name="options">What else the envelope says, such as the run and the project.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    /// <example><code>await events.PublishAsync("demo", new MetricsUpdate { Cpu = 12.5 });</code></example>
    public ValueTask PublishAsync(string sessionId, CanonicalPayload payload, PublishOptions options = default, CancellationToken cancellationToken = default) =>
        QueueAsync(_factory.Create(sessionId, payload, Traced(options)), BatchKind.Of(options), confirmation: null, cancellationToken);

    /// <summary>Queues an event of any type.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="type">The event's name, canonical or the publisher's own.</param>
    /// <param name="payload">What becomes a JSON object: an <see cref="EventPayload"/>, a <see cref="JsonElement"/>, or any object; its names stay as they are.</param>
    /// <param name="options">The optional members of the envelope, and how far the event goes.</param>
    /// <param name="cancellationToken">Ends the wait while the dispatcher is full.</param>
    /// <exception cref="EventRejectedException">A member breaks a rule of the envelope.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher was disposed.</exception>
    public ValueTask PublishAsync(string sessionId, string type, object payload, PublishOptions options = default, CancellationToken cancellationToken = default) =>
        QueueAsync(_factory.Create(sessionId, type, PayloadOf(payload), Traced(options)), BatchKind.Of(options), confirmation: null, cancellationToken);

    /// <summary>Publishes a canonical event and waits until it is stored.</summary>
    /// <remarks>Cancelling ends the wait; the event may be stored all the same.</remarks>
    /// <exception cref="RunEndedException">Its run had ended; it isn't stored.</exception>
    /// <exception cref="EventRejectedException">A member breaks a rule of the envelope, or the bus refuses it.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer within the retry budget; whether the event is stored is unknown.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher was disposed; thrown at once, as a rejection is.</exception>
    /// <param name="sessionId">The session.</param>
    /// <param name="payload">The payload, whose class gives the type.</param>
    /// <param name="options">What else the envelope says, such as the run and the project.</param>
    /// <param name="cancellationToken">Ends the wait; the event may be stored all the same.</param>
    /// <returns>Where it was stored.</returns>
    public Task<EventReceipt> PublishAndConfirmAsync(string sessionId, CanonicalPayload payload, PublishOptions options = default, CancellationToken cancellationToken = default) =>
        ConfirmAsync(_factory.Create(sessionId, payload, Traced(options)), BatchKind.Of(options), cancellationToken);

    /// <inheritdoc cref="PublishAndConfirmAsync(string, CanonicalPayload, PublishOptions, CancellationToken)"/>
    /// <summary>Publishes an event of any type and waits until it is stored.</summary>
    public Task<EventReceipt> PublishAndConfirmAsync(string sessionId, string type, object payload, PublishOptions options = default, CancellationToken cancellationToken = default) =>
        ConfirmAsync(_factory.Create(sessionId, type, PayloadOf(payload), Traced(options)), BatchKind.Of(options), cancellationToken);

    /// <summary>Starts a run unless it has started, and waits until that is stored. Of many workers that claim a run, one gets it.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="runId">The run.</param>
    /// <param name="lease">How long the run goes on without an event of it, 5 to 600 seconds; then a server ends it as lost. Null: for ever.</param>
    /// <param name="options">The other optional members of the envelope, and how far the event goes.</param>
    /// <param name="cancellationToken">Ends the wait; the run may be claimed all the same.</param>
    /// <exception cref="RunTakenException">The run has started.</exception>
    /// <inheritdoc cref="PublishAndConfirmAsync(string, CanonicalPayload, PublishOptions, CancellationToken)"/>
    public Task<EventReceipt> ClaimRunAsync(string sessionId, string runId, TimeSpan? lease = null, PublishOptions options = default, CancellationToken cancellationToken = default) =>
        PublishAndConfirmAsync(sessionId, new RunStarted { RunId = runId }, options with { Claim = true, Lease = lease }, cancellationToken);

    /// <summary>Says that the worker of a claimed run is alive, as an event of the run would.</summary>
    /// <returns>False when the run has no lease of this publisher: it has ended, or wasn't claimed with one.</returns>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    /// <exception cref="NotSupportedException">The appender is one of your own, which knows no leases.</exception>
    /// <param name="sessionId">The session.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the wait; the lease may be renewed all the same.</param>
    public async Task<bool> RenewLeaseAsync(string sessionId, string runId, CancellationToken cancellationToken = default)
    {
        if (_appender is not ILeases leases) throw new NotSupportedException($"{_appender.GetType().Name} knows no leases.");
        return await leases.RenewAsync(StreamKey.Session(sessionId), runId, publisher: null, cancellationToken).ConfigureAwait(false);
    }

    private Task<EventReceipt> ConfirmAsync(Event envelope, BatchKind kind, CancellationToken cancellationToken)
    {
        var confirmation = new TaskCompletionSource<EventReceipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = QueueAsync(envelope, kind, confirmation, cancellationToken);
        // Most callers find room and can't cancel: they await the receipt itself, without a task of ours between.
        return entered.IsCompletedSuccessfully && !cancellationToken.CanBeCanceled ? confirmation.Task : AwaitReceiptAsync(entered, confirmation, cancellationToken);
    }

    private static async Task<EventReceipt> AwaitReceiptAsync(ValueTask entered, TaskCompletionSource<EventReceipt> confirmation, CancellationToken cancellationToken)
    {
        await entered.ConfigureAwait(false);
        var cancelling = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource<EventReceipt>)state!).TrySetCanceled(token), confirmation);
        await using (cancelling.ConfigureAwait(false)) return await confirmation.Task.ConfigureAwait(false);
    }

    private static PublishOptions Traced(PublishOptions options) =>
        options.Traceparent is null && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? options with { Traceparent = id } : options;

    private static EventPayload PayloadOf(object payload) => payload switch
    {
        EventPayload whole => whole,
        CanonicalPayload canonical => EventPayload.From(canonical),
        _ => EventPayload.Parse(JsonMarshal.GetRawUtf8Value(EventJson.Element(payload))),
    };
}
