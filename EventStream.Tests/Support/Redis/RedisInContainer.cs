using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.Redis;

namespace EventStream.Tests.Support;

/// <summary>One Redis or Valkey from an image: a test can start, kill, freeze and restart it on the same port.</summary>
internal sealed class RedisInContainer(string image, params string[] settings) : IOwnRedis
{
    private const string NoEngine =
        "EVENTSTREAM_TEST_REDIS asks for a container, and no container engine answers: start one, or unset it to have a redis-server started instead.";

    private const string DefaultImage = "redis:7.4";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly int _port = LoopbackPorts.Next();
    private RedisContainer? _container;

    /// <summary>The image that EVENTSTREAM_TEST_REDIS names; null when it names none.</summary>
    public static string? AskedImage { get; } = ImageOf(Environment.GetEnvironmentVariable("EVENTSTREAM_TEST_REDIS"));

    public string? Address => _container is null ? null : $"{_container.Hostname}:{_port}";

    public bool IsRunning { get; private set; }

    /// <summary>Reads <c>container</c> and <c>container:image</c>; anything else is the address of a server.</summary>
    public static string? ImageOf(string? asked)
    {
        const string Prefix = "container:";
        if (asked == "container") return DefaultImage;
        return asked?.StartsWith(Prefix, StringComparison.Ordinal) == true ? asked[Prefix.Length..] : null;
    }

    public async Task StartAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (IsRunning) return;
            _container ??= Build();
            await _container.StartAsync(CancellationToken.None);
            IsRunning = true;
        }
        catch (DockerUnavailableException e)
        {
            throw new InvalidOperationException(NoEngine, e);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task KillAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (!IsRunning) return;
            IsRunning = false;
            using var engine = Engine();
            await engine.Containers.KillContainerAsync(_container!.Id, new ContainerKillParameters { Signal = "SIGKILL" }, CancellationToken.None);
            await engine.Containers.WaitContainerAsync(_container.Id, CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task FreezeAsync() => _container!.PauseAsync(CancellationToken.None);

    public Task ThawAsync() => _container!.UnpauseAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_container is { State: not TestcontainersStates.Undefined })
        {
            // When its reaper is off, the library only stops a container and doesn't remove it.
            using var engine = Engine();
            await engine.Containers.RemoveContainerAsync(_container.Id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
        }
        if (_container is not null) await _container.DisposeAsync();
        _gate.Dispose();
    }

    // The library has no call that kills a container, so the engine is asked directly.
    private static DockerClient Engine() => TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder().Build();

    private RedisContainer Build() => new RedisBuilder(image)
        .WithCommand(["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--maxmemory-policy", "noeviction", .. settings])
        .WithPortBinding(_port, RedisBuilder.RedisPort)
        .WithLogger(NullLogger.Instance)
        .Build();
}
