using System.Buffers;
using System.IO.Pipelines;
using EventStream.Api.Limits;
using EventStream.Api.Problems;
using EventStream.Events;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Publishing;

/// <summary>Reads whole bodies within the time and the memory that this node has for them.</summary>
internal sealed class BodyReader(IOptions<PublishingOptions> options, TimeProvider time)
{
    // An ordinary event passes even when large bodies hold the whole budget. Kestrel itself holds as much for each connection.
    private const int FreeBytes = 64 * 1024;

    private readonly PublishingOptions _options = options.Value;

    /// <summary>What all bodies hold beyond their first 64 KiB.</summary>
    public ByteBudget Budget { get; } = new(options.Value.MaxBodyBytes);

    /// <summary>Reads the whole body, without a byte order mark.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="mayBeEmpty">Whether nothing is a body too.</param>
    /// <remarks>The read also ends when the client leaves. The body counts until the request is answered.</remarks>
    /// <exception cref="EventRejectedException">The body is empty, or larger than it may be.</exception>
    /// <exception cref="BadHttpRequestException">The body is malformed, ends early, or takes longer than <see cref="PublishingOptions.BodyTimeout"/>.</exception>
    /// <exception cref="NodeBusyException">The node holds as many bodies as it may.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken, bool mayBeEmpty = false)
    {
        var held = Budget.Open(FreeBytes);
        request.HttpContext.Response.RegisterForDispose(held);
        return await ReadAsync(request, held, EventLimits.MaxBatchBytes, mayBeEmpty, cancellationToken);
    }

    /// <summary>Reads the whole body of a request whose answer may take long: the body counts until it is parsed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The most bytes.</param>
    /// <param name="parse">Parses the body, and keeps nothing of it.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <inheritdoc cref="ReadAsync(HttpRequest, CancellationToken, bool)"/>
    public async Task<T> ParseAsync<T>(HttpRequest request, int maxBytes, Func<ReadOnlyMemory<byte>, T> parse, CancellationToken cancellationToken)
    {
        using var held = Budget.Open(FreeBytes);
        return parse(await ReadAsync(request, held, maxBytes, mayBeEmpty: true, cancellationToken));
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, ByteBudget.Account held, int maxBytes, bool mayBeEmpty, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        var reader = request.BodyReader;
        // The reads don't take the token: cancelling a read would leave Kestrel's own read open.
        await using var ending = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        CancellationTokenSource? late = null;
        try
        {
            while (true)
            {
                var read = await PublishBody.ReadAsync(request, reader);
                // Kestrel also cancels a read when the server begins to stop. The rest of the body may still arrive then.
                if (read.IsCanceled && cancellationToken.IsCancellationRequested)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw new OperationCanceledException(cancellationToken);
                }
                if (Refusal(read, held, late, maxBytes) is { } refusal)
                {
                    // Kestrel reads the rest of the request, which it can't while a read is open.
                    reader.AdvanceTo(read.Buffer.End);
                    throw refusal;
                }
                if (read.IsCompleted) return Whole(reader, read.Buffer, mayBeEmpty);
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                late ??= Deadline(reader);
            }
        }
        finally
        {
            late?.Dispose();
        }
    }

    private Exception? Refusal(ReadResult read, ByteBudget.Account held, CancellationTokenSource? late, int maxBytes)
    {
        if (read.Buffer.Length > maxBytes) return TooLarge(maxBytes);
        if (!held.TryHold(read.Buffer.Length)) return new NodeBusyException($"This node holds as many bodies as it may ({_options.MaxBodyBytes} bytes, Publishing:MaxBodyBytes); nothing was stored. Send the same request again later, or fewer events at once.");
        if (late is not { IsCancellationRequested: true } || read.IsCompleted) return null;
        return new LateBodyException($"The body didn't arrive within {_options.BodyTimeout.TotalSeconds} seconds (Publishing:BodyTimeout); send fewer events at once.");
    }

    private CancellationTokenSource Deadline(PipeReader reader)
    {
        var late = new CancellationTokenSource(_options.BodyTimeout, time);
        late.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        return late;
    }

    private static ReadOnlyMemory<byte> Whole(PipeReader reader, ReadOnlySequence<byte> buffer, bool mayBeEmpty)
    {
        var body = buffer.ToArray();
        reader.AdvanceTo(buffer.End);
        if (PublishBody.IsUtf16(body)) throw PublishBody.Utf16();
        var text = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
        return mayBeEmpty || text.Span.ContainsAnyExcept(" \t\r\n"u8) ? text : throw new EventRejectedException("", """The body is empty; send an event, such as {"type":"agent_thought","payload":{"content":"…"}}.""");
    }

    private static EventRejectedException TooLarge(int maxBytes) => new("", maxBytes == EventLimits.MaxBatchBytes ? ProblemResults.TooLarge : $"A request may hold {maxBytes} bytes; send fewer or shorter messages.", isTooLarge: true);
}
