using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>Over HTTP.</summary>
public sealed class HttpChatTests : ChatContract
{
    private readonly TestServer _server = TestServer.Start();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override IServiceCollection Services() => new ServiceCollection().AddEventDispatcher(options => options.Server = _server.Address).AddEventListener();
}
