using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>What a session's events add up to: a pure fold over its log. Immutable and bounded; the oldest goes first.</summary>
internal sealed partial record SessionState
{
    /// <summary>The most bytes of one open message's text that are kept.</summary>
    /// <value>200 KiB: as much as fits into the one event that ends it.</value>
    public const int MaxTextBytes = 200 * 1024;

    public const int MaxOpenMessages = 64;
    public const int MaxToolCalls = 1000;
    public const int MaxOpenToolCalls = 500;
    public const int MaxOpenSteps = 500;
    public const int MaxRuns = 1000;
    public const int MaxApprovals = 500;
    public const int MaxExecutions = 100;
    public const int MaxEntities = 1000;
    public const int MaxEndedMessages = 1000;
    public const int MaxEventIds = 1000;
    public const int MaxAliases = 1000;

    /// <summary>The most characters of an id or name; what has a longer id isn't tracked.</summary>
    public const int MaxIdLength = 256;

    private RecentMap<RunState> _runs = new(MaxRuns, StateSize.TextOf, run => !run.IsEnded);
    private RecentMap<ToolCall> _toolCalls = new(MaxToolCalls, StateSize.TextOf);
    private RecentMap<Approval> _approvals = new(MaxApprovals, StateSize.TextOf, asked => asked.Approved is null);
    private RecentMap<ExecutionState> _executions = new(MaxExecutions, StateSize.TextOf);
    private RecentMap<ulong> _entities = new(MaxEntities, _ => 0);
    private RecentMap<EndedMessage> _ended = new(MaxEndedMessages, StateSize.TextOf);
    private RecentMap<string> _aliases = new(MaxAliases, id => id.Length);
    private RecentIds _eventIds;
    private ImmutableDictionary<(string Id, bool IsThought), OpenMessage> _messages = ImmutableDictionary<(string Id, bool IsThought), OpenMessage>.Empty;
    private ImmutableSortedDictionary<long, string> _openToolCalls = ImmutableSortedDictionary<long, string>.Empty;
    private ImmutableDictionary<string, long> _steps = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);
    private long _messagesStarted;
    private long _approvalsAsked;
    private long _runsStarted;
    private long _stepsStarted;
    private long _toolCallsStarted;
    private long _executionsStarted;

    /// <summary>The state of a session in which nothing has happened.</summary>
    public static SessionState Empty { get; } = new();

    /// <summary>The position up to which the log is folded in.</summary>
    public Cursor Head { get; init; }

    /// <summary>Messages and thoughts that are open, in the order in which they began.</summary>
    public IEnumerable<OpenMessage> OpenMessages => _messages.Values.OrderBy(message => message.Number);

    /// <summary>Tool calls without a result, in the order in which they were started.</summary>
    public IEnumerable<ToolCall> OpenToolCalls
    {
        get
        {
            foreach (var id in _openToolCalls.Values)
            {
                if (_toolCalls.TryGet(id, out var call)) yield return call;
            }
        }
    }

    /// <summary>Steps that began and haven't ended, in the order in which they began: <c>scope/id</c>, where the scope is the run or execution.</summary>
    public IEnumerable<string> OpenSteps => _steps.OrderBy(step => step.Value).Select(step => step.Key);

    /// <summary>The newest status of the session's agents; null before the first.</summary>
    public string? AgentStatus { get; private init; }

    /// <summary>When the newest event was made; null before the first.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>How many tool calls, steps and runs failed, and errors were told by runs that went on.</summary>
    public int Errors { get; private init; }

    /// <summary>About how many bytes the state takes in memory.</summary>
    public long Bytes => _runs.Bytes + _approvals.Bytes + _toolCalls.Bytes + _executions.Bytes + _entities.Bytes + _ended.Bytes + _aliases.Bytes + _eventIds.Bytes + (Shared?.Bytes ?? 0)
        + _messages.Values.Sum(StateSize.Of) + StateSize.OfEntry(0) * (long)_openToolCalls.Count + _steps.Keys.Sum(step => (long)StateSize.OfEntry(step.Length));

    public OpenMessage? Message(string id) => _messages.GetValueOrDefault((id, false));

    /// <summary>An open thought: it may have the id of the message that it leads to.</summary>
    public OpenMessage? Thought(string id) => _messages.GetValueOrDefault((id, true));

    /// <summary>A tool call, also one that has ended; null when it is unknown or was dropped.</summary>
    public ToolCall? ToolCall(string id) => _toolCalls.TryGet(id, out var call) ? call : null;

    /// <summary>The newest call to which a source gave that id: the one in this run, else one that may be. Sources use ids again, each turn or run.</summary>
    /// <param name="sourceId">The id.</param>
    /// <param name="scope">The run, else the execution; null when neither is known.</param>
    /// <param name="agent">The agent; null when it isn't named. Another agent's call isn't meant.</param>
    public ToolCall? FindToolCall(string sourceId, string? scope, string? agent = null)
    {
        var newest = NewestToolCall(sourceId, scope);
        if (newest is null || AgentNames.Named(agent) is null || AgentNames.AreOne(newest.Agent, agent)) return newest;
        return ToolCalls(sourceId).Where(call => call.MayBeIn(scope) && call.MayBeOf(agent)).OrderByDescending(call => AgentNames.AreOne(call.Agent, agent)).FirstOrDefault();
    }

    private ToolCall? NewestToolCall(string sourceId, string? scope)
    {
        if (scope is not null && _aliases.TryGet(AliasKey("call", sourceId, scope), out var inScope) && ToolCall(inScope) is { } own) return own;
        var first = ToolCall(sourceId);
        if (scope is not null && first?.Scope == scope) return first;
        var newest = _aliases.TryGet(AliasKey("call", sourceId, scope: null), out var id) ? ToolCall(id) ?? first : first;
        return newest is not null && newest.MayBeIn(scope) ? newest : null;
    }

    /// <summary>All calls to which a source gave that id, the newest first.</summary>
    public IEnumerable<ToolCall> ToolCalls(string sourceId) =>
        _toolCalls.All.Select(pair => pair.Value).Where(call => (call.SourceId ?? call.Id) == sourceId).OrderByDescending(call => call.Number);

    /// <summary>Calls whose result came and whose start didn't, the oldest first.</summary>
    public IEnumerable<ToolCall> EndedEarly => _toolCalls.All.Select(pair => pair.Value).Where(call => call is { HasResult: true, IsStarted: false }).OrderBy(call => call.Number);

    /// <summary>The id of the newest message or thought to which a source gave that id, of this agent and in this run if there is one; the id itself when the source uses it once.</summary>
    public string MessageId(string sourceId, string? scope, bool isThought, string? agent = null)
    {
        var kind = isThought ? "thought" : "message";
        if (AgentNames.Named(agent) is { } named)
        {
            if (_aliases.TryGet(AliasKey(kind, sourceId, scope, named), out var own)) return own;
            if (AgentNames.AreOne(AgentOf(sourceId, isThought), named) && !IsElsewhere(sourceId, isThought, scope)) return sourceId;
        }
        if (scope is not null && _aliases.TryGet(AliasKey(kind, sourceId, scope), out var inScope)) return inScope;
        if (scope is not null && ScopeDigest(sourceId, isThought) == DigestOf(scope)) return sourceId;
        return _aliases.TryGet(AliasKey(kind, sourceId, scope: null), out var newest) ? newest : sourceId;
    }

    /// <summary>Whether the message or thought of that id is in another run, or execution, than this.</summary>
    public bool IsElsewhere(string id, bool isThought, string? scope) => scope is not null && ScopeDigest(id, isThought) is { } other && other != DigestOf(scope);

    /// <summary>Whether the message or thought of that id is another agent's.</summary>
    public bool IsOfAnother(string id, bool isThought, string? agent) => !AgentNames.MayBeOne(AgentOf(id, isThought), agent);

    /// <summary>Whether pieces of a message that has ended are its own, and begin no other message.</summary>
    public bool TakesPieces(string messageId) => Ended(messageId, isThought: false) is { TakesPieces: true };

    /// <summary>Whether the end of a message came and its start didn't.</summary>
    public bool AwaitsStart(string messageId) => Ended(messageId, isThought: false) is { AwaitsStart: true };

    public RunState? Run(string id) => _runs.TryGet(id, out var run) ? run : null;

    /// <summary>All runs that are remembered, in the order in which they began.</summary>
    public IEnumerable<KeyValuePair<string, RunState>> Runs => _runs.All.OrderBy(pair => pair.Value.Number);

    /// <summary>A question of a run, also one that has its answer; null when it is unknown or was dropped.</summary>
    public Approval? Approval(string runId, string id) => _approvals.TryGet(ApprovalKey(runId, id), out var approval) ? approval : null;

    /// <summary>The question that was asked last by this id; null when there is none.</summary>
    public Approval? NewestApproval(string id) => _approvals.All.Select(pair => pair.Value).Where(asked => asked.Id == id).MaxBy(asked => asked.Number);

    /// <summary>The run that goes on under this id, for the client that answered its question; null when there is none.</summary>
    public string? RunContinuedAs(string id) => _approvals.All.Select(pair => pair.Value).FirstOrDefault(asked => asked.ContinuedAs == id)?.RunId;

    /// <summary>The questions without an answer, of runs that go on, in the order in which they were asked.</summary>
    public IEnumerable<Approval> PendingApprovals =>
        _approvals.All.Select(pair => pair.Value).Where(asked => asked.Approved is null && Run(asked.RunId) is not { IsEnded: true }).OrderBy(asked => asked.Number);

    /// <summary>The run that began last among those of an agent that haven't ended; null when there is none.</summary>
    public string? OpenRun(string? agent) =>
        _runs.All.Where(pair => pair.Value is { IsEnded: false, IsWaiting: false } && pair.Value.Agent == agent).OrderByDescending(pair => pair.Value.Number).Select(pair => pair.Key).FirstOrDefault();

    /// <summary>The run that began last among those about a response of a source that haven't ended; null when there is none.</summary>
    public string? OpenRunOf(string source) =>
        _runs.All.Where(pair => !pair.Value.IsEnded && pair.Value.Response?.Source == source).OrderByDescending(pair => pair.Value.Number).Select(pair => pair.Key).FirstOrDefault();

    /// <summary>The newest run with that id: of a response whose id was used before, the run has an offset behind it.</summary>
    public string RunNamed(string id) => Run(id) is not { IsEnded: true } ? id
        : _runs.All.Where(pair => pair.Key.Length > id.Length && pair.Key[id.Length] == ':' && pair.Key.StartsWith(id, StringComparison.Ordinal)).OrderByDescending(pair => pair.Value.Number).Select(pair => pair.Key).FirstOrDefault() ?? id;

    public ExecutionState? Execution(string id) => _executions.TryGet(id, out var execution) ? execution : null;

    /// <summary>The execution that began last among those that <paramref name="isWanted"/>; null when there is none.</summary>
    public string? LatestExecution(Func<ExecutionState, bool> isWanted) =>
        _executions.All.Where(pair => isWanted(pair.Value)).OrderByDescending(pair => pair.Value.Number).Select(pair => pair.Key).FirstOrDefault();

    /// <summary>Whether an event with that id was folded in, among the last 1,000 that came from sources.</summary>
    public bool KnowsEvent(string eventId) => _eventIds.Contains(eventId);

    /// <summary>Whether the newest event of the entity had this state.</summary>
    /// <param name="key">Names the entity: see <see cref="EntityKey"/>.</param>
    /// <param name="digest">A digest of the state: see <see cref="DigestOf(string?, double?)"/>.</param>
    public bool IsEntityAt(string key, ulong digest) => _entities.TryGet(key, out var known) && known == digest;

    /// <summary>Whether a step of a run has been told as ended.</summary>
    public bool HasStepEnded(string stepId) => KnowsEntity(EntityKey("step_end", stepId));

    /// <summary>Whether some event of the step had this state.</summary>
    public bool WasStepAt(string stepId, ulong digest) => KnowsEntity(StepStateKey(stepId, digest));

    /// <summary>Whether a message to which a source gave that id was told whole, with this text and in this run.</summary>
    public bool HasMessage(string sourceId, string? runId, JsonElement content) => JsonText.TryWtf8(content, out var text) && KnowsEntity(MessageKey(sourceId, runId, text));

    /// <summary>Whether a message of that id was told, whole or in part.</summary>
    public bool KnowsMessage(string id) => KnowsEntity(EntityKey("message", id)) || Message(id) is not null || HasEnded(id, isThought: false);

    /// <summary>Whether a message that was told whole has this text now.</summary>
    public bool HasMessage(string id, ReadOnlySpan<byte> utf8) => IsEntityAt(EntityKey("message", id), DigestOf(utf8));

    /// <summary>Whether a message or thought of that id was ended.</summary>
    public bool HasEnded(string id, bool isThought) => Ended(id, isThought) is not null;

    /// <summary>Whether an ended message or thought has this text, from its end or from a later replacement.</summary>
    public bool HasEndedWith(string id, bool isThought, ReadOnlySpan<byte> utf8) => Ended(id, isThought)?.Digest == DigestOf(utf8);

    public bool KnowsEntity(string key) => _entities.Contains(key);

    /// <summary>Names an entity by the family of its events and its id, such as <c>ingest_job/7</c>.</summary>
    public static string EntityKey(string family, string id) => $"{family}/{id}";

    private static string AliasKey(string kind, string sourceId, string? scope) => $"{kind}/{scope}/{sourceId}";

    private static string AliasKey(string kind, string sourceId, string? scope, string agent) => $"{kind}@{agent}/{scope}/{sourceId}";

    // No id of a run has a blank.
    private static string ApprovalKey(string runId, string id) => $"{runId} {id}";

    private static string MessageKey(string sourceId, string? runId, ReadOnlySpan<byte> text) => EntityKey("message_text", $"{runId}/{sourceId}/{DigestOf(text):x}");

    private static string StepStateKey(string stepId, ulong digest) => EntityKey("step_state", $"{stepId}/{digest:x}");

    private static string CreatedKey(string id) => EntityKey("message_scope", id);

    private static string EndedKey(string id, bool isThought) => EntityKey(isThought ? "thought" : "message", id);

    private EndedMessage? Ended(string id, bool isThought) => _ended.TryGet(EndedKey(id, isThought), out var ended) ? ended : null;

    private string? AgentOf(string id, bool isThought) => _messages.GetValueOrDefault((id, isThought))?.Agent ?? Ended(id, isThought)?.Agent;

    private ulong? ScopeDigest(string id, bool isThought)
    {
        var scope = _messages.GetValueOrDefault((id, isThought))?.Scope ?? Ended(id, isThought)?.Scope;
        if (scope is not null) return DigestOf(scope);
        return !isThought && _entities.TryGet(CreatedKey(id), out var created) ? created : null;
    }

    private static ulong DigestOf(string text) => DigestOf(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>A digest of what changes in an entity.</summary>
    public static ulong DigestOf(string? status, double? progress) =>
        DigestOf(MemoryMarshal.AsBytes($"{status}|{progress:R}".AsSpan()));

    /// <inheritdoc cref="DigestOf(string?, double?)"/>
    public static ulong EntityDigest(string? status, JsonElement? progress) =>
        DigestOf(status, progress is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : (double?)null);

    /// <summary>A digest of a JSON value, by its text.</summary>
    public static ulong DigestOf(JsonElement value) => DigestOf(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>Folds an entry of the log in; one that could not be read leaves everything as it is.</summary>
    public SessionState Apply(LogEntry entry) => entry.Envelope.IsEmpty ? this with { Head = entry.Cursor } : Apply(EventReader.ReadLogged(entry.Envelope.Span), entry.Cursor);

    /// <summary>Folds an event in.</summary>
    /// <param name="next">The event.</param>
    /// <param name="cursor">Its place in the log.</param>
    public SessionState Apply(Event next, Cursor cursor)
    {
        var state = (next.Source is null ? this : this with { _eventIds = _eventIds.Add(next.EventId) }) with { Head = cursor, LastEventAt = next.Timestamp };
        if (next.RunId is { } run && state.Run(run) is { IsEnded: true } && next.Type is not ("tool_call_result" or "agent_step_updated")) return state;
        if (next.ExecutionId is { } id && !state._executions.Contains(id)) state = state.ChangeExecution(id, execution => execution);
        using var payload = JsonDocument.Parse(next.Payload.Utf8);
        return state.Fold(next, payload.RootElement);
    }

    /// <summary>A digest of any bytes.</summary>
    public static ulong DigestOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
