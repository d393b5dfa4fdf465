using EventStream.Events;

namespace EventStream.Bus.InMemory;

internal sealed partial class StreamLog
{
    // Null until a publisher that is known starts a run.
    private RunOwners? _owners;

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
        if (_owners is not { } owners || request.Publisher is not { MayEndAnyRun: false } publisher) return;
        for (var i = 0; i < known.Length; i++)
        {
            var candidate = request.Events[i];
            if (known[i] is not null || candidate.RunId is null || EventCatalogue.RoleOf(candidate.Type) != EventRole.EndsRun) continue;
            if (owners.Find(candidate.RunId) is { } owner && owner != publisher.Name) throw Publisher.MayNotEnd(candidate, i);
        }
    }

    private void NoteStart(Event stored, Publisher? publisher)
    {
        if (publisher is null || !stream.HasRuns || stored.RunId is null || !EventCatalogue.StartsRun(stored.Type)) return;
        (_owners ??= new RunOwners(options.MaxEndedRuns)).Add(stored.RunId, publisher.Name, Head);
    }

    // When the event is gone, nobody knows whose it was; then it counts as repeated.
    private bool IsAnothers(Cursor first, Publisher publisher) =>
        _held.Find(first) is { } entry && EnvelopeHead.ReadMember(entry.Envelope.Span, EnvelopeMember.Publisher.Utf8) is { } name && name != publisher.Name;
}
