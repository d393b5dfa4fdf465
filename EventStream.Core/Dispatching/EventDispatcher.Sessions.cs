using System.Text.Json;
using EventStream.Bus;
using EventStream.Sessions;
using EventStream.Sessions.Snapshots;
using EventStream.Sources;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    /// <summary>Whether a client of any server watches a session, so that an agent can leave out what is only looked at.</summary>
    /// <remarks>
    /// Clients of <c>/events/{sessionId}</c> count; those of its project and of broadcast, and listeners in C#, don't. A client that came or left counts within 2 seconds,
    /// those of a server that was killed for 30 seconds more. Over HTTP it takes the right to subscribe to the session.
    /// </remarks>
    /// <param name="sessionId">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    /// <exception cref="HttpRequestException">The server refuses the question.</exception>
    /// <exception cref="NotSupportedException">The appender is one of your own, which knows no viewers.</exception>
    public async Task<bool> HasViewersAsync(string sessionId, CancellationToken cancellationToken = default)
    {
        var session = StreamKey.Session(sessionId);
        var viewers = _appender is IViewers bus ? await bus.CountViewersAsync(session, cancellationToken).ConfigureAwait(false) : (await AskAsync(session, cancellationToken).ConfigureAwait(false)).Viewers;
        return viewers > 0;
    }

    /// <summary>Reads where a session stands: its runs, the messages and tool calls that go on, the questions that wait for an answer. On a bus it reads the whole log.</summary>
    /// <inheritdoc cref="HasViewersAsync"/>
    public async Task<SessionSnapshot> ReadSessionAsync(string sessionId, CancellationToken cancellationToken = default)
    {
        var session = StreamKey.Session(sessionId);
        if (_appender is not IEventBus bus) return await AskAsync(session, cancellationToken).ConfigureAwait(false);
        var state = await new SessionStateCache(bus).CatchUpAsync(session, SessionState.Empty, cancellationToken).ConfigureAwait(false);
        return SessionSnapshot.Of(sessionId, state, bus is IViewers viewers ? await viewers.CountViewersAsync(session, cancellationToken).ConfigureAwait(false) : 0);
    }

    private async Task<SessionSnapshot> AskAsync(StreamKey session, CancellationToken cancellationToken)
    {
        if (_appender is not ISessionReads server) throw new NotSupportedException($"{_appender.GetType().Name} can't be asked about sessions.");
        try
        {
            return SnapshotJson.Read(await server.ReadSessionAsync(session, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException e)
        {
            throw new BusUnavailableException($"What answers for {session} is no EventStream server: check the address, and any proxy in between.", e);
        }
    }
}
