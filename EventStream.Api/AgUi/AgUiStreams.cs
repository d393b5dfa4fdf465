using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.Agents;
using EventStream.Api.Agents.Posting;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Dialects.AgUi;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Sources;

namespace EventStream.Api.AgUi;

/// <summary>The streams of one run for one client of AG-UI: what it asks for, answers or joins.</summary>
internal sealed class AgUiStreams(PostedRuns runs, SourceIngest states, IEventBus bus, StreamHandler streams, CallerOf callers, CallerLimits limits)
{
    /// <summary>Asks for the posted run, or joins it; or answers the questions that another waits for.</summary>
    /// <param name="context">The request; its body is read.</param>
    /// <param name="stream">The session.</param>
    /// <param name="agent">Who shall run.</param>
    /// <param name="input">What was posted.</param>
    /// <param name="cancellationToken">Ends the wait for the bus.</param>
    public async Task<IResult> RunAsync(HttpContext context, StreamKey stream, string agent, AgUiInput input, CancellationToken cancellationToken)
    {
        var posted = new PostedRun { RunId = input.RunId, ThreadId = input.ThreadId, Agent = StreamKey.Agent(agent).Id, Messages = input.Messages, Others = input.Further };
        var caller = CommandCaller.Of(context, stream, callers, limits);
        var isInput = input.Answers.Count > 0 && await IsInputAsync(stream, input.Answers, cancellationToken);
        if (isInput) posted = posted with { Others = [.. input.Further, KeyValuePair.Create("resume", input.Resume!.Value)] };
        var run = input.Answers.Count > 0 && !isInput ? await runs.AnswerAsync(caller, posted, input.Answers, cancellationToken) : await runs.AskAsync(caller, posted, cancellationToken);
        return Stream(stream, run.AskedAt, new AgUiClient
        {
            RunId = run.RunId,
            ToldAs = input.RunId,
            ThreadId = input.ThreadId,
            IsNew = run.AskedAt is not null,
            HasEnded = run.HasEnded,
            KnowsCancelled = input.SaysVersion,
            Posted = input.Held,
            Place = run.AskedAt is null ? PlaceOf(context.Request) : null,
        });
    }

    /// <summary>Whether the answers are the input that a run waits for, and not to questions: its agent takes that in a run of its own.</summary>
    private async Task<bool> IsInputAsync(StreamKey stream, IReadOnlyList<PostedAnswer> answers, CancellationToken cancellationToken)
    {
        var state = await states.ReadStateAsync(stream, cancellationToken);
        return answers.All(answer => state.NewestApproval(answer.Question) is null && state.Run(answer.Question) is not null);
    }

    /// <summary>Joins a run that is known.</summary>
    /// <exception cref="RunNotFoundException">It isn't.</exception>
    public async Task<IResult> JoinAsync(HttpContext context, StreamKey stream, string runId, CancellationToken cancellationToken)
    {
        var state = await states.ReadStateAsync(stream, cancellationToken);
        var id = state.Run(runId) is not null ? runId : state.RunContinuedAs(runId) ?? runId;
        var known = state.Run(id);
        // The bus remembers runs longer than their events.
        var hasEnded = known?.IsEnded ?? (EventRules.IsId(id) && await bus.FindRunEndAsync(stream, id, cancellationToken) is not null);
        if (known is null && !hasEnded) throw new RunNotFoundException($"{stream} knows no run '{EventRejectedException.Shown(runId)}'.");
        return Stream(stream, null, new AgUiClient { RunId = id, ToldAs = runId, ThreadId = known?.ThreadId ?? stream.Id, HasEnded = hasEnded, ForgetsOpen = true, Place = PlaceOf(context.Request) });
    }

    /// <summary>Tells a client what was said in a session, and the run that goes on.</summary>
    /// <param name="stream">The session.</param>
    /// <param name="runId">The run; null when none goes on.</param>
    /// <param name="input">What the client holds.</param>
    public IResult Connect(StreamKey stream, string? runId, AgUiInput input)
    {
        var client = new AgUiClient { RunId = runId ?? input.RunId, ToldAs = runId ?? input.RunId, ThreadId = input.ThreadId, IsHistory = runId is null, KnowsCancelled = input.SaysVersion, Posted = input.Held };
        return Stream(stream, null, client);
    }

    /// <summary>Tells a stream.</summary>
    public IResult Stream(StreamRequest request) => new AgUiAnswer(streams, request);

    private AgUiAnswer Stream(StreamKey stream, Cursor? askedAt, AgUiClient client) => new(streams, new StreamRequest
    {
        Stream = stream,
        From = StartFrom.Live with { Cursor = askedAt ?? client.Place?.Start },
        Filter = EventFilter.All,
        Close = CloseMode.Never,
        HeartbeatEvents = false,
        Dialect = DialectCatalogue.AgUiFor(client),
    });

    /// <summary>Where a client says that it was; null when it doesn't, or comes from another stream.</summary>
    /// <exception cref="EventRejectedException">The offset is none.</exception>
    public static AgUiPlace? PlaceOf(HttpRequest request)
    {
        if (request.Query["offset"].ToString() is { Length: > 0 } offset and not "-1" && AgUiPlace.Parse(offset) is null)
            throw new EventRejectedException("offset", $"is '{EventRejectedException.Shown(offset)}'; it is -1, or the id of the event to go on behind.");
        var places = (string[])[request.Headers["Last-Event-ID"].ToString(), request.Query["last_event_id"].ToString(), request.Query["offset"].ToString()];
        return places.FirstOrDefault(place => place.Length > 0) is { } text ? AgUiPlace.Parse(text) : null;
    }
}
