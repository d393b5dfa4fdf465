using EventStream.Events;

namespace EventStream.Bus.InMemory;

internal sealed partial class StreamLog
{
    // Null until a run starts, or is asked for.
    private OpenRuns? _open;

    /// <summary>Tells events whose id another publisher has used from those that are repeated.</summary>
    /// <exception cref="EventRejectedException">The stream refuses such an event.</exception>
    private void DistinguishIds(AppendRequest request, string[] ids, Cursor?[] known)
    {
        if (request.Publisher is not { } publisher) return;
        for (var i = 0; i < ids.Length; i++)
        {
            if (known[i] is not { } first || !IsAnothers(first, publisher)) continue;
            if (stream.RefusesTakenIds) throw Publisher.IdIsTaken(request.Events[i], i);
            ids[i] = $"{ids[i]} {publisher.Name}";
            known[i] = _seen.Find(ids[i]);
        }
    }

    /// <exception cref="EventRejectedException">An event would end a run that another publisher started.</exception>
    private void RequireOwnRuns(AppendRequest request, Cursor?[] known)
    {
        if (_open is not { } open || request.Publisher is not { MayEndAnyRun: false } publisher) return;
        for (var i = 0; i < known.Length; i++)
        {
            var candidate = request.Events[i];
            if (known[i] is not null || candidate.RunId is null || EventCatalogue.RoleOf(candidate.Type) != EventRole.EndsRun) continue;
            if (open.OwnerOf(candidate.RunId) is { } owner && owner != publisher.Name) throw Publisher.MayNotEnd(candidate, i);
        }
    }

    /// <summary>Renews the lease of a run without an event.</summary>
    /// <returns>False when the run has no lease, or another's.</returns>
    public bool Renew(string runId, Publisher? publisher, DateTimeOffset now) => _open?.Renew(runId, publisher?.Name, now) == true;

    /// <summary>What is kept of a run that goes on or waits; null when there is none.</summary>
    public RunStart? FindRunStart(string runId) => _open?.StartOf(runId);

    /// <summary>The runs whose lease has ended.</summary>
    public IEnumerable<(string RunId, bool IsStarted)> LostRuns(DateTimeOffset now) => _open?.Lost(now) ?? [];

    /// <summary>The runs that a batch claims although they have started; null when it claims none. A log that is gone takes the claims with it.</summary>
    private HashSet<string>? TakenRuns(AppendRequest request, Cursor?[] known)
    {
        // Few batches claim anything.
        if (!request.Claim || !stream.HasRuns || _open is null || _held.Count == 0) return null;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i] is null && request.Events[i].RunId is { } run && EventCatalogue.RoleOf(request.Events[i].Type) == EventRole.StartsRun && _open.IsStarted(run)) taken.Add(run);
        }
        return taken;
    }

    /// <exception cref="EventRejectedException">As many runs wait, or have a lease, as may.</exception>
    private void RequireRoom(AppendRequest request, Cursor?[] known)
    {
        if (_open is not { } open || open.Leases < options.MaxEndedRuns) return;
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i] is null && request.Events[i].RunId is not null && EventCatalogue.RoleOf(request.Events[i].Type) == EventRole.RequestsRun) throw LeasedRuns.TooMany(request.Events[i], i);
        }
    }

    /// <summary>How long the lease of the run that a request ends as lost goes on; null when the request may end it, or is of another kind.</summary>
    private TimeSpan? LeaseLeft(AppendRequest request, DateTimeOffset now)
    {
        if (request is not { EndsLost: { } end, Events: [{ RunId: { } run }] } || _endedRuns.Find(run) is not null) return null;
        return _open?.LeftOf(run, end, now) is { } left ? left > TimeSpan.Zero ? left : null : TimeSpan.Zero;
    }

    private void NoteRun(Event stored, AppendRequest request, DateTimeOffset now)
    {
        if (!stream.HasRuns || stored.RunId is not { } run) return;
        var (role, owner) = (EventCatalogue.RoleOf(stored.Type), request.Publisher?.Name);
        if (role == EventRole.StartsRun)
        {
            _open ??= new OpenRuns(options.MaxEndedRuns);
            if (request.Claim) _open.Claim(run, owner, RunStart.Of(stored), Head, request.Lease ?? TimeSpan.Zero, now);
            else _open.Start(run, owner, RunStart.Of(stored), Head);
        }
        else if (role == EventRole.RequestsRun && request.Lease is { } wait)
        {
            _open ??= new OpenRuns(options.MaxEndedRuns);
            _open.Request(run, RunStart.Of(stored), Head, wait, now);
        }
        if (!EventCatalogue.IsCommand(stored.Type)) _open?.Renew(run, owner, now);
    }

    // When the event is gone, nobody knows whose it was; then it counts as repeated.
    private bool IsAnothers(Cursor first, Publisher publisher) =>
        _held.Find(first) is { } entry && EnvelopeHead.ReadMember(entry.Envelope.Span, EnvelopeMember.Publisher.Utf8) is { } name && name != publisher.Name;
}
