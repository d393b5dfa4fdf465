using System.Text;
using System.Text.Json;
using EventStream.Api.Settings;

namespace EventStream.Api.Access.Keys;

/// <summary>Looks at the file of <c>Access:File</c> every five seconds, and takes over what changed.</summary>
internal sealed partial class KeyFile(AccessSettings settings, KeyTable keys, TimeProvider time, ILogger<KeyFile> logger) : BackgroundService
{
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private string? _text;

    /// <summary>Reads the file for the first time, before anyone can ask.</summary>
    /// <exception cref="SettingException">It can't be read, or holds something wrong.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.File is not { } path) return Task.CompletedTask;
        _text = Read(path);
        keys.Replace(KeysIn(path, _text));
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look(settings.File!);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void Look(string path)
    {
        string? text = null;
        try
        {
            text = Read(path);
            if (text == _text) return;
            var (revoked, added) = keys.Replace(KeysIn(path, text));
            LogRead(path, string.Join(", ", added.Select(key => key.Id)), string.Join(", ", revoked.Select(key => key.Id)));
        }
        catch (SettingException e)
        {
            // Told once for each state of the file.
            if (text is null ? _text is not null : text != _text) LogBroken(e.Message);
        }
        _text = text;
    }

    private static string Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MaxBytes) throw new SettingException($"The file {path} of Access:File has {file.Length} bytes; {MaxBytes} are its most.");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"The file of Access:File can't be read: {e.Message}");
        }
    }

    private static IReadOnlyList<AccessKey> KeysIn(string path, string text)
    {
        try
        {
            var json = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text))).Build();
            foreach (var section in json.GetChildren().Where(section => !section.Key.Equals("Keys", StringComparison.OrdinalIgnoreCase)))
                throw new SettingException($"{section.Key} is no setting there; the file holds Keys alone, such as {{\"Keys\":{{\"worker\":{{\"Hash\":\"…\",\"Grants\":[\"publish session:*\"]}}}}}}.");
            return KeySettings.Read(json.GetSection("Keys"));
        }
        catch (SettingException e)
        {
            throw new SettingException($"The file {path} of Access:File: {e.Message}");
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or InvalidOperationException or JsonException)
        {
            throw new SettingException($"The file {path} of Access:File isn't JSON: {e.InnerException?.Message ?? e.Message}");
        }
    }

    [LoggerMessage(1401, LogLevel.Information, "The file {Path} changed; new or changed keys: [{Added}]; keys that no longer count: [{Revoked}].", EventName = "KeysRead")]
    private partial void LogRead(string path, string added, string revoked);

    [LoggerMessage(1402, LogLevel.Warning, "{Reason} The keys that were read before go on to count.", EventName = "KeysNotRead")]
    private partial void LogBroken(string reason);
}
