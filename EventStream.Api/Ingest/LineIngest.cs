using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventStream.Api.Publishing;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;

namespace EventStream.Api.Ingest;

/// <summary>Ingests native events, one a line, until the body ends, and answers each line once it is stored.</summary>
internal sealed class LineIngest(HttpContext context, IngestRequest request, SourceIngest ingest, BoundedAppend bus, StreamMetrics metrics, CancellationToken stopping)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    // A client may send without reading its answers. Beyond this bound the server stops reading, so unread answers can't fill its memory.
    private const long MaxUnreadBytes = 64L * 1024 * 1024;

    private long _lastLine;
    private long _unread;
    private Task _flushing = Task.CompletedTask;

    /// <returns>Whether anything was answered; if not, the caller writes the answer.</returns>
    /// <exception cref="EventRejectedException">The first line is bad and nothing was answered yet.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer, and nothing was answered yet.</exception>
    public async Task<bool> RunAsync()
    {
        var reader = new LineReader(context.Request);
        await using var ending = stopping.UnsafeRegister(static body => ((System.IO.Pipelines.PipeReader)body!).CancelPendingRead(), context.Request.BodyReader);
        try
        {
            while (await reader.ReadAsync(EventLimits.MaxBatchEvents, stopping) is { } lines)
            {
                if (!await IngestAsync(lines)) break;
            }
        }
        catch (BusUnavailableException e) when (context.Response.HasStarted)
        {
            await AnswerAsync([IngestAnswer.Bad(_lastLine + 1, $"{e.Message} Lines from here on may be stored or not; send them again.")]);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && context.Response.HasStarted)
        {
            await AnswerAsync([IngestAnswer.Bad(_lastLine + 1, "The server is stopping; send the lines from here on to another node.")]);
        }
        catch (BadHttpRequestException) when (context.Response.HasStarted)
        {
            // The client left. The whole lines that it sent are stored.
            context.Abort();
        }
        await _flushing;
        return context.Response.HasStarted;
    }

    /// <returns>Whether to read on.</returns>
    private async Task<bool> IngestAsync(IReadOnlyList<BodyLine> lines)
    {
        var good = new List<(BodyLine Line, IReadOnlyList<NativeEvent> Natives)>();
        foreach (var line in lines)
        {
            try
            {
                if (line.IsTooLong) throw new EventRejectedException("", $"The line is longer than {LineReader.MaxLineBytes} bytes.", isTooLarge: true);
                good.Add((line, NativeReader.ReadLine(line.Text.Span, request.Source, request.Context)));
            }
            catch (EventRejectedException e)
            {
                if (!await StoreAsync(good) || !await RefuseAsync(line.Number, e)) return false;
                good.Clear();
            }
        }
        return await StoreAsync(good);
    }

    private async Task<bool> StoreAsync(List<(BodyLine Line, IReadOnlyList<NativeEvent> Natives)> lines)
    {
        while (lines.Count > 0)
        {
            try
            {
                var receipts = await ingest.IngestAsync([.. lines.Select(line => line.Natives)], request.Context.Broadcast, bus.AppendAsync, context.RequestAborted);
                metrics.Published(receipts.SelectMany(receipt => receipt.Events).Select(ingested => ingested.Receipt));
                await AnswerAsync([.. receipts.Select((receipt, i) => IngestAnswer.Of(receipt, lines[i].Line.Number))]);
                return true;
            }
            catch (EventRejectedException e) when (e.Item is { } item)
            {
                // Nothing of this batch is stored yet: the lines before the bad one are stored first, those after it only if bad lines are skipped.
                await StoreAsync(lines[..item]);
                if (!await RefuseAsync(lines[item].Line.Number, e)) return false;
                lines = lines[(item + 1)..];
            }
        }
        return true;
    }

    private async Task<bool> RefuseAsync(long line, EventRejectedException reason)
    {
        if (!context.Response.HasStarted && !request.SkipsBadLines) throw reason.OnLine(line);
        await AnswerAsync([IngestAnswer.Bad(line, reason.Message)]);
        return request.SkipsBadLines;
    }

    private async Task AnswerAsync(IReadOnlyList<IngestAnswer> answers)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var answer in answers)
        {
            body.Write(JsonSerializer.SerializeToUtf8Bytes(answer, Json));
            body.Write("\n"u8);
        }
        _lastLine = answers[^1].Line!.Value;
        if (!context.Response.HasStarted) context.Response.ContentType = "application/x-ndjson";
        context.Response.BodyWriter.Write(body.WrittenSpan);
        _unread += body.WrittenCount;
        _flushing = context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
        // The flush isn't awaited: most clients read nothing before they have sent everything.
        if (_unread > MaxUnreadBytes) await _flushing;
        if (_flushing.IsCompletedSuccessfully) _unread = 0;
    }
}
