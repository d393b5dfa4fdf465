using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>On a bus in the process.</summary>
public sealed class MemoryChatTests : ChatContract
{
    private protected override IServiceCollection Services() => new ServiceCollection().AddEventStream().AddEventListener();
}
