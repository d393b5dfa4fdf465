using System.Net.Sockets;
using System.Text.Json;

namespace InfrastructureMonitor.Measuring;

/// <summary>The container engine of this machine, if one answers at its usual socket.</summary>
internal static class ContainerEngine
{
    private const string UsualSocket = "/var/run/docker.sock";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    /// <summary>How many containers run; 0 when no engine answers.</summary>
    public static async Task<int> CountRunningAsync(CancellationToken cancellationToken, string socket = UsualSocket)
    {
        if (!File.Exists(socket)) return 0;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(MaxWait);
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection);
            },
        };
        using var http = new HttpClient(handler);
        try
        {
            // Without parameters the engine lists running containers only.
            using var answer = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri("http://localhost/containers/json"), deadline.Token));
            return answer.RootElement.ValueKind == JsonValueKind.Array ? answer.RootElement.GetArrayLength() : 0;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return 0;
        }
    }
}
