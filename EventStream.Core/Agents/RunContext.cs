using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Sessions.Snapshots;

namespace EventStream.Agents;

/// <summary>One run of an agent: what it was asked for, where its events go, and what people say to it meanwhile.</summary>
public sealed class RunContext
{
    // What nobody reads isn't held for ever.
    private const int MaxSteering = 1000;

    private static readonly AsyncLocal<RunContext?> Ambient = new();

    private readonly EventDispatcher _dispatcher;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ToolApproval>> _approvals = new(StringComparer.Ordinal);
    private readonly Channel<string> _steering = Channel.CreateBounded<string>(new BoundedChannelOptions(MaxSteering) { FullMode = BoundedChannelFullMode.DropOldest });

    internal RunContext(EventDispatcher dispatcher, RunRequest request, CancellationToken stop)
    {
        (_dispatcher, Agent, Input, Stop) = (dispatcher, request.Agent, request.Input, stop);
        Events = dispatcher.ForRun(request.SessionId, request.RunId, request.Agent, request.ProjectId);
    }

    /// <summary>The run whose handler calls this code; null elsewhere.</summary>
    public static RunContext? Current => Ambient.Value;

    /// <summary>The agent's name.</summary>
    public string Agent { get; }

    /// <summary>The session that the run belongs to.</summary>
    public string SessionId => Events.SessionId;

    /// <summary>The run.</summary>
    public string RunId => Events.RunId;

    /// <summary>What it was asked for: any JSON value; null when nothing was said.</summary>
    public JsonElement? Input { get; }

    /// <summary>Publishes the events of the run. Its start and its end are published by themselves.</summary>
    public RunPublisher Events { get; }

    /// <summary>What people tell the run on its way, in order. Of more than 1,000 that nobody reads the oldest go.</summary>
    public ChannelReader<string> Steering => _steering.Reader;

    /// <summary>What the run produces, as <c>run_completed</c> tells it: anything that becomes JSON.</summary>
    public object? Output { get; set; }

    /// <summary>Is cancelled when the run shall stop: somebody asked for it, the process ends, or the run was lost.</summary>
    public CancellationToken Stop { get; }

    /// <summary>Asks people whether a tool may be called, and waits for the first answer.</summary>
    /// <param name="toolCallId">The call.</param>
    /// <param name="toolName">The tool.</param>
    /// <param name="args">Its arguments: what becomes a JSON object; none when null.</param>
    /// <param name="reason">Why it asks.</param>
    /// <exception cref="OperationCanceledException">The run shall stop.</exception>
    /// <exception cref="EventRejectedException">The question breaks a rule of events.</exception>
    /// <exception cref="Bus.BusUnavailableException">The bus didn't take the question.</exception>
    public async Task<ToolApproval> ApproveAsync(string toolCallId, string toolName, object? args = null, string? reason = null)
    {
        var id = $"approval-{Guid.CreateVersion7():N}";
        var answer = new TaskCompletionSource<ToolApproval>(TaskCreationOptions.RunContinuationsAsynchronously);
        _approvals[id] = answer;
        try
        {
            var question = new ToolApprovalRequested { ApprovalId = id, RunId = RunId, ToolCallId = toolCallId, ToolName = toolName, Args = EventJson.Element(args ?? EventJson.NoMembers), Reason = reason, Agent = Agent };
            await Events.PublishAndConfirmAsync(question, Stop).ConfigureAwait(false);
            return await answer.Task.WaitAsync(Stop).ConfigureAwait(false);
        }
        finally
        {
            _approvals.TryRemove(id, out _);
        }
    }

    /// <summary>Whether anybody watches the session, so that the run can leave out what is only looked at.</summary>
    /// <inheritdoc cref="EventDispatcher.HasViewersAsync"/>
    public Task<bool> HasViewersAsync() => _dispatcher.HasViewersAsync(SessionId, Stop);

    /// <summary>Reads where the session stands: its runs, the messages and tool calls that go on, the questions that wait for an answer.</summary>
    /// <inheritdoc cref="EventDispatcher.HasViewersAsync"/>
    public Task<SessionSnapshot> ReadStateAsync() => _dispatcher.ReadSessionAsync(SessionId, Stop);

    /// <summary>Makes it the current run of the calling method and of what that calls.</summary>
    internal void Enter() => Ambient.Value = this;

    internal void Steer(string message) => _steering.Writer.TryWrite(message);

    internal void Answer(ToolApprovalAnswered answered)
    {
        if (_approvals.TryGetValue(answered.ApprovalId, out var waiting)) waiting.TrySetResult(new ToolApproval(answered.Approved, answered.Reason, answered.AnsweredBy));
    }

    internal Task<bool> RenewAsync(CancellationToken cancellationToken) => _dispatcher.RenewLeaseAsync(SessionId, RunId, cancellationToken);

    internal void End() => _steering.Writer.TryComplete();
}
