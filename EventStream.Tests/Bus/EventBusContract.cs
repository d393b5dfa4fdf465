using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Bus;

/// <summary>What every bus promises. Each test has its own session, so that all tests can share one server.</summary>
public abstract partial class EventBusContract : IAsyncLifetime
{
    private readonly List<IEventBus> _buses = [];
    private readonly Envelopes _envelopes;
    private IEventBus? _bus;

    protected EventBusContract()
    {
        Stream = NewStream();
        _envelopes = new Envelopes(Stream.Id);
    }

    protected StreamKey Stream { get; }

    protected IEventBus Bus => _bus!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Whether an append counts the listeners of all nodes.</summary>
    protected virtual bool CountsEveryListener => true;

    /// <summary>Makes a bus; a disposable one is disposed after the test.</summary>
    protected abstract ValueTask<IEventBus> CreateBusAsync(LogOptions options);

    public async ValueTask InitializeAsync() => _bus = await BusWithAsync(new LogOptions());

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var bus in _buses)
        {
            if (bus is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else (bus as IDisposable)?.Dispose();
        }
    }

    protected static StreamKey NewStream() => StreamKey.Session($"s-{Guid.NewGuid():N}");

    protected async ValueTask<IEventBus> BusWithAsync(LogOptions options)
    {
        var bus = await CreateBusAsync(options);
        _buses.Add(bus);
        return bus;
    }

    protected ValueTask<AppendResult> AppendAsync(params IReadOnlyList<Event> events) => AppendAsync(Bus, events);

    protected ValueTask<AppendResult> AppendAsync(IEventBus bus, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events }, Cancel);

    protected ValueTask<AppendResult> AppendExpectingAsync(Cursor head, params IReadOnlyList<Event> events) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, ExpectedHead = head }, Cancel);

    protected ValueTask<AppendResult> AppendFromAsync(string producerId, long firstSequence, params IReadOnlyList<Event> events) =>
        Bus.AppendAsync(new AppendRequest { Stream = Stream, Events = events, Producer = new ProducerPosition(producerId, firstSequence) }, Cancel);

    protected ValueTask<LogPage> ReadAsync(Cursor after = default, int maxEvents = 1000) => Bus.ReadAsync(Stream, after, maxEvents, Cancel);

    protected ValueTask<LogPage> ReadStateAsync() => ReadAsync(maxEvents: 0);

    protected async Task<IReadOnlyList<LogEntry>> ReadAllAsync()
    {
        var entries = new List<LogEntry>();
        LogPage page;
        var after = Cursor.Zero;
        do
        {
            page = await ReadAsync(after);
            entries.AddRange(page.Entries);
            if (page.Entries.Count > 0) after = page.Entries[^1].Cursor;
        }
        while (page.HasMore(after));
        return entries;
    }

    private static IEnumerable<AppendOutcome> Outcomes(AppendResult result) => result.Receipts.Select(receipt => receipt.Outcome);

    private static IEnumerable<Cursor?> Cursors(AppendResult result) => result.Receipts.Select(receipt => receipt.Cursor);

    private static IEnumerable<long> Offsets(IEnumerable<LogEntry> entries) => entries.Select(entry => entry.Cursor.Offset);

    private static IEnumerable<long> OneTo(int count) => Enumerable.Range(1, count).Select(offset => (long)offset);

    private static IEnumerable<string> Ids(IEnumerable<LogEntry> entries) => entries.Select(entry => Envelopes.Read(entry).EventId);

    private static IEnumerable<string> Ids(IEnumerable<Event> events) => events.Select(envelope => envelope.EventId);
}
