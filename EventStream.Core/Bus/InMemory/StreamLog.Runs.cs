using EventStream.Events;

namespace EventStream.Bus.InMemory;

internal sealed partial class StreamLog
{
    // Null until a run starts.
    private StartedRuns? _started;

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
        if (_started is not { } started || request.Publisher is not { MayEndAnyRun: false } publisher) return;
        for (var i = 0; i < known.Length; i++)
        {
            var candidate = request.Events[i];
            if (known[i] is not null || candidate.RunId is null || EventCatalogue.RoleOf(candidate.Type) != EventRole.EndsRun) continue;
            if (started.OwnerOf(candidate.RunId) is { } owner && owner != publisher.Name) throw Publisher.MayNotEnd(candidate, i);
        }
    }

    /// <summary>Renews the lease of a run without an event.</summary>
    /// <returns>False when the run has no lease, or another's.</returns>
    public bool Renew(string runId, Publisher? publisher, DateTimeOffset now) => _started?.Renew(runId, publisher?.Name, now) == true;

    /// <summary>The runs whose lease has ended.</summary>
    public IEnumerable<string> LostRuns(DateTimeOffset now) => _started?.Lost(now) ?? [];

    /// <summary>The runs that a batch claims although they have started. A log that is gone takes the claims with it.</summary>
    private HashSet<string> TakenRuns(AppendRequest request, Cursor?[] known)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        if (!request.Claim || !stream.HasRuns || _started is null || _held.Count == 0) return taken;
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i] is null && request.Events[i].RunId is { } run && EventCatalogue.RoleOf(request.Events[i].Type) == EventRole.StartsRun && _started.Contains(run)) taken.Add(run);
        }
        return taken;
    }

    /// <summary>How long the lease of the run that a request ends as lost goes on; null when the request may end it, or is of another kind.</summary>
    private TimeSpan? LeaseLeft(AppendRequest request, DateTimeOffset now)
    {
        if (request is not { EndsLost: { } renewable, Events: [{ RunId: { } run }] } || _endedRuns.Find(run) is not null) return null;
        return _started?.LeftOf(run, renewable, now) is { } left ? left > TimeSpan.Zero ? left : null : TimeSpan.Zero;
    }

    private void NoteRun(Event stored, AppendRequest request, DateTimeOffset now)
    {
        if (!stream.HasRuns || stored.RunId is not { } run) return;
        var (role, owner) = (EventCatalogue.RoleOf(stored.Type), request.Publisher?.Name);
        if (role == EventRole.StartsRun)
        {
            _started ??= new StartedRuns(options.MaxEndedRuns);
            if (request.Claim) _started.Claim(run, owner, Head, request.Lease ?? TimeSpan.Zero, now);
            else _started.Start(run, owner, Head);
        }
        if (role != EventRole.Command) _started?.Renew(run, owner, now);
    }

    // When the event is gone, nobody knows whose it was; then it counts as repeated.
    private bool IsAnothers(Cursor first, Publisher publisher) =>
        _held.Find(first) is { } entry && EnvelopeHead.ReadMember(entry.Envelope.Span, EnvelopeMember.Publisher.Utf8) is { } name && name != publisher.Name;
}
