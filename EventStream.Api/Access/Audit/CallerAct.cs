namespace EventStream.Api.Access.Audit;

/// <summary>What is counted of each caller.</summary>
internal enum CallerAct
{
    /// <summary>The caller stored an event.</summary>
    Published,

    /// <summary>A request, or a line of an upload, was refused: it isn't known, or may not do that.</summary>
    Refused,

    /// <summary>A request was refused, or an upload slowed down, for a limit of its caller.</summary>
    Throttled,

    /// <summary>A ticket was made.</summary>
    TicketMade,
}
