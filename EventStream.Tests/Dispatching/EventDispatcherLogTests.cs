using EventStream.Dispatching;
using EventStream.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>Every loss is told once, with its number and its reason, wherever lines go.</summary>
[Collection(nameof(NonParallelCollection))]
public sealed class EventDispatcherLogTests
{
    private readonly ScriptedAppender _bus = new();
    private readonly RecordingLogger<EventDispatcher> _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EventsGivenUp_IsWrittenOnceAMinute_AndCountsWhatCameMeanwhile()
    {
        var time = new SteppedTime();
        _bus.Refuse = _ => new InvalidOperationException("It can't work.");
        await using (var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero }, time, _log))
        {
            for (var i = 0; i < 4; i++) await LoseAsync(dispatcher, i);
            time.Advance(TimeSpan.FromSeconds(59));
            await LoseAsync(dispatcher, 4);
            time.Advance(TimeSpan.FromSeconds(1));
            await LoseAsync(dispatcher, 5);
            await LoseAsync(dispatcher, 6);
        }
        Told().ShouldBe(
        [
            "Events given up since the last such line: 1, the latest of session s0. It can't work.",
            "Events given up since the last such line: 5, the latest of session s5. It can't work.",
            "Events given up since the last such line: 1, the latest of session s6. It can't work.",
        ]);
    }

    [Fact]
    public async Task EventsGivenUp_TellsTheRest_WhenTheBusAnswersAgain()
    {
        _bus.FailNext(4);
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero }, new SteppedTime(), _log);
        for (var i = 0; i < 4; i++) await LoseAsync(dispatcher, i);
        await dispatcher.NumberAsync("s", 4, Cancel);
        await dispatcher.FlushAsync(Cancel);
        _log.Lines.ShouldBe(["Warning BusStoppedAnswering", "Error EventsGivenUp", "Error EventsGivenUp", "Information BusAnswersAgain"]);
        Told().ShouldBe(["Events given up since the last such line: 1, the latest of session s0. The bus is away.", "Events given up since the last such line: 3, the latest of session s3. The bus is away."]);
    }

    [Fact]
    public async Task BusStoppedAnswering_SaysWhyAndForHowLong_OncePerOutage()
    {
        _bus.FailNext(5);
        await using var dispatcher = new EventDispatcher(_bus, logger: _log);
        await dispatcher.NumberAsync("s", 4, Cancel);
        await dispatcher.FlushAsync(Cancel);
        _log.Entries.Select(entry => entry.Text).ShouldBe(
            ["The bus doesn't answer. Events are held in order and repeated, each batch for up to 00:01:00. The bus is away.", "The bus answers again."]);
    }

    [Fact]
    public async Task CallbackThrew_IsWrittenOnceAMinute_AndCountsWhatCameMeanwhile()
    {
        var time = new SteppedTime();
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { OnAppended = (_, _) => throw new InvalidOperationException("Mine.") }, time, _log);
        for (var i = 0; i < 3; i++) await dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(i), cancellationToken: Cancel);
        time.Advance(TimeSpan.FromMinutes(1));
        await dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(3), cancellationToken: Cancel);
        _log.Entries.Select(entry => entry.Text).ShouldBe(
        [
            "The callback OnAppended threw an exception; dispatching goes on. Exceptions of callbacks since the last such line: 1. Mine.",
            "The callback OnAppended threw an exception; dispatching goes on. Exceptions of callbacks since the last such line: 3. Mine.",
        ]);
    }

    [Fact]
    public async Task FlushAsync_Returns_WhenTheLoggerThrows()
    {
        _bus.Refuse = _ => new InvalidOperationException("It can't work.");
        var errors = await ErrorsOfAsync(async () =>
        {
            await using var dispatcher = new EventDispatcher(_bus, logger: new ThrowingLogger());
            await dispatcher.NumberAsync("s", 1, Cancel);
            await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(Cancel).WaitAsync(Timeouts.Default, Cancel));
        });
        errors.ShouldBe("EventStream: Events given up since the last such line: 1, the latest of session s. It can't work.\n");
    }

    [Fact]
    public async Task StandardError_GetsTheLossAlone_WhenThereIsNoLogger()
    {
        _bus.FailNext(1);
        (await LosingAsync(logger: null)).ShouldBe("EventStream: Events given up since the last such line: 1, the latest of session s. The bus is away.\n");
    }

    [Fact]
    public async Task StandardError_GetsWhatNoLoggerTakes_WhenLoggingHasNoProvider()
    {
        _bus.FailNext(1);
        using var factory = new LoggerFactory();
        (await LosingAsync(factory.CreateLogger<EventDispatcher>())).ShouldContain("Events given up since the last such line: 1");
    }

    [Fact]
    public async Task StandardError_StaysSilent_WhenALoggerTakesTheLinesOrIsNull()
    {
        _bus.FailNext(2);
        (await LosingAsync(_log)).ShouldBeEmpty();
        (await LosingAsync(NullLogger<EventDispatcher>.Instance)).ShouldBeEmpty();
    }

    [Fact]
    public async Task EndWithProcessAsync_CountsWhatIsQueued_AndWhatWasGivenUpButNotYetTold()
    {
        _bus.Refuse = request => request.Stream.Id == "held" ? null : new InvalidOperationException("It can't work.");
        _bus.Hold("held");
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero }, new SteppedTime(), _log);
        // The first is told at once, the next two within a minute of it.
        for (var i = 0; i < 3; i++) await LoseAsync(dispatcher, i);
        for (var i = 0; i < 5; i++) await dispatcher.NumberAsync("held", i, Cancel);

        var told = await ErrorsOfAsync(() => dispatcher.EndWithProcessAsync("The process ends"));
        _bus.LetGo("held");

        told.ShouldStartWith("EventStream: The process ends with 7 events not known to be stored;");
    }

    private Task<string> LosingAsync(ILogger<EventDispatcher>? logger) => ErrorsOfAsync(async () =>
    {
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero }, logger: logger);
        await dispatcher.NumberAsync("s", 1, Cancel);
    });

    private static async Task LoseAsync(EventDispatcher dispatcher, int number)
    {
        await dispatcher.NumberAsync($"s{number}", number, Cancel);
        await Should.ThrowAsync<DispatchFailedException>(dispatcher.FlushAsync(Cancel));
    }

    private IEnumerable<string> Told() => _log.Entries.Where(entry => entry.Id.Name == "EventsGivenUp").Select(entry => entry.Text);

    private static async Task<string> ErrorsOfAsync(Func<Task> act)
    {
        var before = Console.Error;
        using var errors = new StringWriter { NewLine = "\n" };
        Console.SetError(errors);
        try
        {
            await act();
        }
        finally
        {
            Console.SetError(before);
        }
        return errors.ToString();
    }

    private sealed class ThrowingLogger : ILogger<EventDispatcher>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("The logger is broken.");
    }
}
