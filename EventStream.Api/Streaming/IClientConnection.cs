namespace EventStream.Api.Streaming;

/// <summary>One client's connection, in the protocol that it speaks. The delivery is its only writer, but for what a feed writes in its place while it waits.</summary>
internal interface IClientConnection
{
    Protocol Protocol { get; }

    /// <summary>What the connection tells of the client's taking; null when it tells nothing.</summary>
    SocketProgress? Progress { get; }

    /// <summary>Cuts the connection: what is stuck in it is lost.</summary>
    void Abort();

    /// <summary>Accepts the client and greets it. What is written from here on is timed, and noted as its end when it fails, at the subscriber.</summary>
    Task OpenAsync(Subscriber subscriber, Frame greeting);

    /// <summary>Takes a frame for the next flush, and flushes when that is much.</summary>
    ValueTask WriteAsync(Frame frame);

    /// <summary>Fills silence, without an event; moves the client's cursor when it has one to learn.</summary>
    /// <returns>Whether the protocol has a way to; else an event must say it.</returns>
    bool TryWriteKeepAlive(Events.Cursor? moved);

    /// <summary>Sends what was written.</summary>
    ValueTask FlushAsync();

    /// <summary>Ends what was opened, in peace.</summary>
    /// <param name="end">Why.</param>
    /// <param name="closing">What the client is told; null when it can't be told any more.</param>
    Task CloseAsync(SubscriberEnd end, Frame? closing);

    /// <summary>Ends after a defect of the server, which is thrown on.</summary>
    Task FailAsync(Frame closing);

    /// <summary>Ends before anything was opened: the stream is over, or there is no place, or it was asked for wrongly.</summary>
    Task RefuseAsync(SubscriberEnd end, Frame closing);
}
