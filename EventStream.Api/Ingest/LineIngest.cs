using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;

namespace EventStream.Api.Ingest;

/// <summary>Ingests native events, one a line, until the body ends, and answers each line once it is stored.</summary>
internal sealed class LineIngest(HttpContext context, IngestRequest request, SourceIngest ingest, BoundedAppend bus, StreamMetrics metrics, Upload upload, CallerWatch watch, TimeProvider time, CancellationToken stopping)
{
    private readonly LineAnswers _answers = new(context, upload, time);
    private IngestContext _context = request.Context;
    private bool _isGone;
    private bool _isEventStream;

    /// <returns>Whether anything was answered; if not, the caller writes the answer.</returns>
    /// <exception cref="EventRejectedException">The first line is bad and nothing was answered yet.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer, and nothing was answered yet.</exception>
    /// <exception cref="NodeBusyException">The node has no room for the first line, and nothing was answered yet.</exception>
    /// <exception cref="CallerEndedException">What the caller showed has ended, and nothing was answered yet.</exception>
    public async Task<bool> RunAsync()
    {
        try
        {
            await ReadAsync();
            await _answers.TakenAsync();
            return _answers.HasAnswered;
        }
        catch (OperationCanceledException) when (_isGone || _answers.IsCut || context.RequestAborted.IsCancellationRequested)
        {
            // The client left, or was cut. The whole lines that it sent are stored.
            if (_isEventStream) await EndStreamAsync(StreamMarks.Cut, line: null);
            return true;
        }
    }

    private async Task ReadAsync()
    {
        using var reader = new LineReader(context.Request, upload, _answers, request.Caller, watch, time);
        await using var ending = stopping.UnsafeRegister(static body => ((System.IO.Pipelines.PipeReader)body!).CancelPendingRead(), context.Request.BodyReader);
        try
        {
            while (await reader.ReadAsync(EventLimits.MaxBatchEvents, stopping) is { } lines)
            {
                _isEventStream = reader.IsEventStream;
                if (!await IngestAsync(lines)) return;
            }
            await EndStreamAsync(reader.IsEventStream ? StreamMarks.Cut : StreamMarks.Over, reader.LastLine + 1);
        }
        catch (BusUnavailableException e) when (_answers.HasAnswered)
        {
            await EndAsync($"{e.Message} Lines from here on may be stored or not; send them again.");
        }
        catch (Exception e) when (e is NodeBusyException or AccessDeniedException or CallerEndedException or LimitExceededException && _answers.HasAnswered)
        {
            await _answers.WriteAsync([Bad(_answers.LastLine + 1, e)]);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && _answers.HasAnswered)
        {
            await EndAsync("The server is stopping; send the lines from here on to another node.");
        }
        catch (BadHttpRequestException e) when (_answers.HasAnswered && e is not LateBodyException)
        {
            _isGone = true;
            context.Abort();
            throw new OperationCanceledException(e.Message, e);
        }
    }

    /// <summary>What the body began and didn't end is over: Server-Sent Events are one whole stream, lines may go on in another request.</summary>
    private async Task EndStreamAsync(string mark, long? line)
    {
        if (_context.Stream is not { } stream) return;
        var natives = NativeReader.Read(StreamMarks.Frame(mark), SourceCatalogue.Get(stream.Source), _context);
        var receipts = await ingest.IngestAsync([natives], request.Context.Broadcast, AppendAsync, request.Caller.PublisherOn, cancellationToken: stopping);
        metrics.Published(receipts.SelectMany(receipt => receipt.Events).Select(ingested => ingested.Receipt));
        if (line is { } number && receipts[0].Events.Count > 0) await _answers.WriteAsync([IngestAnswer.Of(receipts[0], number)]);
    }

    private Task EndAsync(string error) => _answers.WriteAsync([IngestAnswer.Bad(_answers.LastLine + 1, error)]);

    /// <returns>Whether to read on.</returns>
    private async Task<bool> IngestAsync(IReadOnlyList<BodyLine> lines)
    {
        var good = new List<(BodyLine Line, IReadOnlyList<NativeEvent> Natives)>();
        foreach (var line in lines)
        {
            try
            {
                if (line.Refusal is not null) throw line.Refusal;
                var natives = NativeReader.ReadLine(line.Text.Span, request.Source, _context);
                PublishRights.Require(request.Caller, natives, request.Context.Broadcast);
                good.Add((line, natives));
                _context = _context.After(natives);
            }
            catch (Exception e) when (e is EventRejectedException or LateBodyException or AccessDeniedException)
            {
                if (!await StoreAsync(good) || !await RefuseAsync(line.Number, e)) return false;
                good.Clear();
            }
        }
        return await StoreAsync(good);
    }

    private async Task<bool> StoreAsync(List<(BodyLine Line, IReadOnlyList<NativeEvent> Natives)> lines)
    {
        if (lines.Count == 0) return true;
        if (request.Allowance is { } allowance)
            await allowance.WaitAsync(lines.SelectMany(line => line.Natives).Select(native => native.ProjectId), request.Context.Broadcast, lines.Sum(line => (long)line.Line.Text.Length), stopping);
        return await AppendAsync(lines);
    }

    private async Task<bool> AppendAsync(List<(BodyLine Line, IReadOnlyList<NativeEvent> Natives)> lines)
    {
        while (lines.Count > 0)
        {
            watch.Require(request.Caller);
            try
            {
                var denied = new Dictionary<int, EventRejectedException>();
                var receipts = await ingest.IngestAsync([.. lines.Select(line => line.Natives)], request.Context.Broadcast, AppendAsync, request.Caller.PublisherOn, OnDenied, context.RequestAborted);
                metrics.Published(receipts.SelectMany(receipt => receipt.Events).Select(ingested => ingested.Receipt));
                return await AnswerAsync(lines, receipts, denied);

                bool OnDenied(EventRejectedException refusal)
                {
                    denied[refusal.Item!.Value] = refusal;
                    return request.SkipsBadLines;
                }
            }
            catch (EventRejectedException e) when (e.Item is { } item)
            {
                // Nothing of this batch is stored yet: the lines before the bad one are stored first, those after it only if bad lines are skipped.
                await AppendAsync(lines[..item]);
                if (!await RefuseAsync(lines[item].Line.Number, e)) return false;
                lines = lines[(item + 1)..];
            }
        }
        return true;
    }

    private async Task<bool> AnswerAsync(List<(BodyLine Line, IReadOnlyList<NativeEvent> Natives)> lines, IReadOnlyList<IngestReceipt> receipts, Dictionary<int, EventRejectedException> denied)
    {
        // Without on_error=skip there is one denied line, the last that is answered.
        var answered = denied.Count > 0 && !request.SkipsBadLines ? denied.Keys.First() : lines.Count;
        var answers = Enumerable.Range(0, answered).Select(i => denied.TryGetValue(i, out var refusal) ? Bad(lines[i].Line.Number, refusal) : IngestAnswer.Of(receipts[i], lines[i].Line.Number)).ToArray();
        if (answers.Length > 0) await _answers.WriteAsync(answers);
        return answered == lines.Count || await RefuseAsync(lines[answered].Line.Number, denied[answered]);
    }

    private IngestAnswer Bad(long line, Exception reason)
    {
        if (reason is AccessDeniedException or CallerEndedException or EventRejectedException { IsDenied: true }) request.Allowance?.NoteRefused();
        return IngestAnswer.Bad(line, reason.Message);
    }

    private Task<AppendResult> AppendAsync(AppendRequest append, CancellationToken cancellationToken) => request.AppendAsync(bus, append, cancellationToken);

    private async Task<bool> RefuseAsync(long line, Exception reason)
    {
        if (!_answers.HasAnswered && !request.SkipsBadLines) throw reason is EventRejectedException rejected ? rejected.OnLine(line) : reason;
        await _answers.WriteAsync([Bad(line, reason)]);
        return request.SkipsBadLines;
    }
}
