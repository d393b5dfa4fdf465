using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>nginx on loopback with a configuration and a folder of its own.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-nginx-").FullName;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Process _process;

    private NginxProcess(string http)
    {
        var file = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(file, $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr error;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            {{http}}
            }
            """);
        // By default it first opens a log outside of its folder.
        _process = Process.Start(new ProcessStartInfo(Executable!, ["-e", "stderr", "-p", _folder, "-c", file]) { RedirectStandardError = true, UseShellExecute = false })!;
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    public static bool IsInstalled => Executable is not null;

    // Debian has it where only root looks.
    private static string? Executable { get; } = $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin".Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    /// <summary>Skips the test when this machine has no nginx.</summary>
    public static void SkipWithout() => Assert.SkipUnless(IsInstalled, "nginx isn't installed: run 'apt-get install nginx' as root.");

    /// <summary>Starts nginx and returns once it listens.</summary>
    /// <param name="http">What stands in its block <c>http</c>.</param>
    /// <param name="port">A port that it listens on.</param>
    public static async Task<NginxProcess> StartAsync(string http, int port)
    {
        var nginx = new NginxProcess(http);
        using var timer = new PeriodicTimer(Look);
        var began = Stopwatch.GetTimestamp();
        while (!await ListensAsync(port))
        {
            if (nginx._process.HasExited || Stopwatch.GetElapsedTime(began) > Timeouts.Default)
            {
                await nginx.DisposeAsync();
                throw new InvalidOperationException($"nginx doesn't listen:\n{string.Join('\n', nginx._errors)}");
            }
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
