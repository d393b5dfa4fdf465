using System.Text.RegularExpressions;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.xUnitV3;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Architecture;

/// <summary>Checks the arrows of docs/architecture.md: each folder depends only on the folders that it may.</summary>
public sealed partial class ArrowTests
{
    private const string Streaming = "EventStream.Api.Streaming";

    // Data Protection's own store asks Redis itself.
    private const string RedisTickets = "EventStream.Api.Access.Tickets.RedisTickets";

    // Core: events ← bus ← sessions ← sources, dialects (side by side, both over foreign) ← dispatching, listening ← agents.
    private static readonly Layer[] Core =
    [
        new("EventStream.Events"),
        new("EventStream.Bus", "EventStream.Events"),
        new("EventStream.Foreign", "EventStream.Events"),
        new("EventStream.Sessions", "EventStream.Events", "EventStream.Bus"),
        new("EventStream.Sources", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Foreign"),
        new("EventStream.Dialects", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Foreign"),
        new("EventStream.Dispatching", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Sources"),
        new("EventStream.Listening", "EventStream.Events", "EventStream.Bus"),
        new("EventStream.Agents", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Dispatching", "EventStream.Listening"),
    ];

    // The path of a stream: requests ← frames ← feeds ← connections ← delivery.
    private static readonly Layer[] Streams =
    [
        new($"{Streaming}.Requests"),
        new($"{Streaming}.Frames", $"{Streaming}.Requests"),
        new($"{Streaming}.Feeds", $"{Streaming}.Requests", $"{Streaming}.Frames"),
        new($"{Streaming}.Connections", $"{Streaming}.Requests", $"{Streaming}.Frames"),
        new($"{Streaming}.Delivery", $"{Streaming}.Requests", $"{Streaming}.Frames", $"{Streaming}.Feeds", $"{Streaming}.Connections"),
    ];

    private static readonly Layer[] Chats =
    [
        new("EventStream.Extensions.AI.Telling"),
        new("EventStream.Extensions.AI.Chat", "EventStream.Extensions.AI.Telling"),
        new("EventStream.Extensions.AI.Agents", "EventStream.Extensions.AI.Telling"),
    ];

    private static readonly string[] Implementations = ["EventStream.Bus.InMemory", "EventStream.Bus.Redis", "EventStream.Bus.Http"];

    public static TheoryData<Layer> CoreLayers => [.. Core];

    public static TheoryData<Layer> StreamLayers => [.. Streams];

    public static TheoryData<Layer> ChatLayers => [.. Chats];

    public static TheoryData<string> Buses => [.. Implementations];

    [Theory]
    [MemberData(nameof(CoreLayers))]
    public void Core_DependsDownwardsOnly(Layer layer) => DependsOnlyDownwards(layer, Core);

    [Theory]
    [MemberData(nameof(StreamLayers))]
    public void Streaming_DependsDownwardsOnly(Layer layer) => DependsOnlyDownwards(layer, Streams);

    [Theory]
    [MemberData(nameof(ChatLayers))]
    public void ExtensionsAI_DependsDownwardsOnly(Layer layer) => DependsOnlyDownwards(layer, Chats);

    [Fact]
    public void ChatClients_AreKnownToExtensionsAIOnly() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, "EventStream.Extensions.AI") && !type.FullName.StartsWith("Microsoft.Extensions.DependencyInjection.EventStreamAgent", StringComparison.Ordinal)),
            target => target.FullName.StartsWith("Microsoft.Extensions.AI.", StringComparison.Ordinal) || target.FullName.StartsWith("Microsoft.Agents.", StringComparison.Ordinal) || IsIn(target, "EventStream.Extensions.AI")).ShouldBeEmpty();

    [Fact]
    public void Core_KnowsNoServer() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !type.FullName.StartsWith("EventStream.Api.", StringComparison.Ordinal)),
            target => target.FullName.StartsWith("EventStream.Api.", StringComparison.Ordinal) || target.FullName.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)).ShouldBeEmpty();

    [Theory]
    [InlineData("EventStream.Sources")]
    [InlineData("EventStream.Dialects")]
    [InlineData("EventStream.Sessions")]
    public void Languages_KnowNeitherHttpNorSockets(string name) =>
        CodeBase.Breaches(CodeBase.In(name), target => target.FullName.StartsWith("System.Net.", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void StackExchangeRedis_IsKnownToItsBusOnly() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, "EventStream.Bus.Redis") && type.FullName != RedisTickets), target => target.FullName.StartsWith("StackExchange.", StringComparison.Ordinal)).ShouldBeEmpty();

    // EventStreamOptions is excepted by name: it belongs to the registration, but stands in the namespace that users import.
    [Theory]
    [MemberData(nameof(Buses))]
    public void ABus_IsKnownToItself_AndToTheRegistration(string bus) =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, bus) && !IsIn(type, "Microsoft.Extensions.DependencyInjection") && type.FullName != "EventStream.EventStreamOptions" && type.FullName != RedisTickets), target => IsIn(target, bus)).ShouldBeEmpty();

    [Fact]
    public void ADialect_IsKnownToTheCatalogueOnly() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, "EventStream.Dialects")),
            target => IsIn(target, "EventStream.Dialects") && target.Name.EndsWith("Dialect", StringComparison.Ordinal) && target.Name != "IDialect").ShouldBeEmpty();

    [Fact]
    public void TheSocketShortCut_IsKnownToConnectionsOnly() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, $"{Streaming}.Connections")), target => target.Name is "HttpChunk" or "ChunkedSocketWriter").ShouldBeEmpty();

    // By their text: where generated code binds a handler's parameters, the compiled call is one of that code.
    [Fact]
    public void Endpoints_AreMappedInTheRouteTableOnly()
    {
        var mapping = Repository.Files("EventStream.Api", "*.cs").Where(file => MapsEndpoints().IsMatch(File.ReadAllText(Repository.PathOf(file)))).ToList();
        mapping.ShouldNotBeEmpty();
        mapping.Where(file => !file.StartsWith("EventStream.Api/Routes/", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("EventStream.Sources.(*)")]
    [InlineData("EventStream.Dialects.(*)")]
    [InlineData("EventStream.Bus.(*)")]
    public void Folders_AreFreeOfCycles(string slices) => SliceRuleDefinition.Slices().Matching(slices).Should().BeFreeOfCycles().Check(CodeBase.Architecture);

    private static void DependsOnlyDownwards(Layer layer, Layer[] layers)
    {
        CodeBase.In(layer.Namespace).ShouldNotBeEmpty();
        var forbidden = layers.Where(other => other != layer && !layer.Knows.Contains(other.Namespace)).ToArray();
        CodeBase.Breaches(CodeBase.In(layer.Namespace), target => forbidden.Any(other => IsIn(target, other.Namespace)))
            .ShouldBeEmpty($"{layer.Namespace} may know {(layer.Knows.Length == 0 ? "none of the others" : string.Join(", ", layer.Knows))}.");
    }

    private static bool IsIn(ArchUnitNET.Domain.IType type, string name) => new Layer(name).Holds(type);

    [GeneratedRegex(@"\.Map(Get|Post|Put|Patch|Delete|Methods|Group|Fallback\w*)?\(|\bEndpointRouteBuilderExtensions\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MapsEndpoints();
}
