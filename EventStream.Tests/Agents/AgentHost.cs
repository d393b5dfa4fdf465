using EventStream.Agents;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventStream.Tests.Agents;

/// <summary>A host with one agent, as a worker has it.</summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private readonly IHost _host;

    private AgentHost(IHost host) => _host = host;

    public static async Task<AgentHost> StartAsync(Action<IServiceCollection> register, string agent, Func<RunContext, CancellationToken, Task> handler, Action<AgentOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging();
        register(builder.Services);
        builder.Services.AddAgent(agent, handler, configure);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeouts.Default);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new AgentHost(host);
    }

    public bool IsStopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
    }
}
