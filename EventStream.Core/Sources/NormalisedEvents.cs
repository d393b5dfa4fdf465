using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>Collects the canonical events that a native event becomes, and folds each into the session's state at once.</summary>
internal sealed class NormalisedEvents(EventFactory factory, TimeProvider time, string? publisher = null)
{
    private readonly List<Event> _events = [];
    private readonly PayloadWriter _payload = new();
    private string _type = "";
    private string? _runId;
    private bool _isKnown;
    private bool _isIdUsed;

    /// <summary>The native event.</summary>
    public NativeEvent Native { get; private set; } = null!;

    /// <summary>The session as it is after the events that were added.</summary>
    public SessionState State { get; private set; } = SessionState.Empty;

    /// <summary>What was added since <see cref="Begin"/>.</summary>
    public IReadOnlyList<Event> Events => _events;

    /// <summary>The session that the events belong to.</summary>
    public string SessionId => Native.SessionId ?? EventRules.ReservedSessionId;

    /// <summary>The run, when it is known: the native event's own.</summary>
    public string? RunId => Native.RunId;

    /// <summary>Its run, else its execution: inside it, ids of the source are taken to be unique.</summary>
    public string? Scope => RunId ?? Native.ExecutionId;

    /// <summary>Begins with a native event.</summary>
    public void Begin(NativeEvent native, SessionState state)
    {
        (Native, State, _isIdUsed) = (native, state, false);
        _isKnown = native.EventId is { } id && state.KnowsEvent(id);
        _events.Clear();
    }

    /// <summary>Begins a canonical event; <see cref="Add()"/> ends it.</summary>
    /// <param name="type">Its canonical name.</param>
    /// <param name="runId">Its run, when it isn't the native event's.</param>
    public PayloadWriter Write(string type, string? runId = null)
    {
        runId ??= Native.RunId;
        if (EventCatalogue.RoleOf(type) is EventRole.EndsRun or EventRole.EndsSession or EventRole.DeletesSession) Lifecycle.CloseWhatIsOpen(this, type, runId);
        return WriteClosing(type, runId);
    }

    /// <summary>Ends the event that <see cref="Write"/> began.</summary>
    /// <exception cref="EventRejectedException">It is larger than an event may be, or nested deeper.</exception>
    public void Add() => Add(_payload.Finish(), Native.AgentId, Native.ProjectId, Native.ExecutionId, Native.Type);

    /// <summary>Adds the whole native event under its native name: the vocabulary doesn't know it, or it has an unexpected shape.</summary>
    public void AddUnknown() => AddUnknown(Native.Body);

    /// <inheritdoc cref="AddUnknown()"/>
    public void AddUnknown(JsonElement value)
    {
        Write("custom_event").Text("name", Native.Type).Json("value", value).Remaining(Native.Beside);
        Add();
    }

    /// <summary>Adds the whole native event as text, because its JSON is nested too deep for a payload.</summary>
    public void AddRaw()
    {
        var payload = Write("custom_event").Text("name", Native.Type).Null("value").Text("value_raw", Native.Body.GetRawText());
        if (Native.Beside.Count > 0) payload.Text("beside_raw", $"{{{string.Join(',', Native.Beside)}}}");
        Add();
    }

    /// <summary>Adds the end of something that the native event leaves open.</summary>
    internal void AddClosing(EventPayload payload, string? agentId, string? projectId, string? executionId) =>
        Add(payload, NativeReader.Kept(MemberRule.Text, agentId), projectId, executionId, sourceType: null);

    /// <summary>Begins an event without closing anything before it.</summary>
    internal PayloadWriter WriteClosing(string type, string? runId)
    {
        (_type, _runId) = (type, runId);
        _payload.Begin(runId);
        return _payload;
    }

    private void Add(EventPayload payload, string? agentId, string? projectId, string? executionId, string? sourceType)
    {
        var isOwn = sourceType is not null && !_isIdUsed;
        // The native event was published before. Only the event with its id is repeated; the bus answers with the cursor of the first one.
        if (_isKnown && !isOwn) return;
        var added = new Event
        {
            EventId = isOwn && Native.EventId is { } id ? id : factory.NewId(),
            SessionId = SessionId,
            Timestamp = Native.Timestamp ?? time.GetUtcNow(),
            Type = _type,
            Payload = payload,
            // A flat payload needn't be read again: it can't break a rule.
            RunId = _payload.IsFlat ? _runId : EventReader.PromoteRunId(payload, _runId),
            ProjectId = projectId,
            AgentId = agentId,
            Source = Native.Source.Name,
            // The custom_event that such a name becomes holds the whole name.
            SourceType = sourceType is null ? null : Wtf8.IndexOfHalf(sourceType) >= 0 ? "unknown" : Wtf8.Beginning(sourceType, EventLimits.MaxMemberLength),
            ExecutionId = executionId,
            Publisher = publisher,
        };
        EventRules.Check(added, mayBeForAll: true);
        if (isOwn) _isIdUsed = true;
        _events.Add(added);
        if (!_isKnown) State = State.Apply(added, State.Head.Next);
    }
}
