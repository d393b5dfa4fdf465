using System.CommandLine;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>A subscriber in its own process, which reads announcements as fast as they arrive. Other commands start it.</summary>
internal static class ListenCommand
{
    private const string Name = "listen";

    private static readonly Option<string?> Redis = CommonOptions.Redis();

    public static Command Create()
    {
        var command = new Command(Name, "Subscribes to every session and reads.") { Redis };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(Redis)!));
        return command;
    }

    /// <summary>Starts it, and returns when it is subscribed.</summary>
    public static async Task<ChildProcess> StartAsync(string redis)
    {
        var process = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventStream.Benchmarks.dll"), Name, "--redis", redis]);
        using var asking = await RedisSocket.ConnectAsync(redis);
        await process.AnswersAsync(async () => await asking.AskAsync("PUBLISH", "session:asking", "") == ":1");
        return process;
    }

    private static async Task<int> RunAsync(string redis)
    {
        using var socket = await RedisSocket.ConnectAsync(redis);
        await socket.SendAsync(RedisSocket.Encode("PSUBSCRIBE", "session:*"));
        var buffer = new byte[256 * 1024];
        while (await socket.ReadAsync(buffer) > 0)
        {
        }
        return 0;
    }
}
