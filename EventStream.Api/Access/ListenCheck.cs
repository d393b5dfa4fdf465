using System.Net;
using System.Net.Sockets;
using EventStream.Api.Settings;

namespace EventStream.Api.Access;

/// <summary>Refuses to listen beyond this machine while the server asks callers for no credential.</summary>
internal sealed partial class ListenCheck(AccessSettings settings, ILogger<ListenCheck> logger)
{
    /// <summary>Looks at an address before the server listens on it.</summary>
    /// <exception cref="SettingException">Strangers could reach it; the message says what to set.</exception>
    public void Check(EndPoint endPoint)
    {
        if (settings.AsksForCredentials || IsOfThisMachine(endPoint)) return;
        if (!settings.Open)
            throw new SettingException($"everyone who reaches {endPoint} could read and write every session. Listen on this machine alone (--urls http://localhost:8000), or ask for keys (make one with `dotnet run --project EventStream.Api -- keys new worker`), "
                + "or set Access:Open=true when something in front of the server decides who gets in.");
        LogOpen(endPoint);
    }

    // What another program listens on and hands over isn't known.
    private static bool IsOfThisMachine(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint || (endPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address));

    [LoggerMessage(1403, LogLevel.Warning, "Access:Open is true: everyone who reaches {EndPoint} reads, writes and deletes every session.", EventName = "OpenToAll")]
    private partial void LogOpen(EndPoint endPoint);
}
