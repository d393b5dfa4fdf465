using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.xUnitV3;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Architecture;

/// <summary>Checks the arrows of docs/architecture.md: each folder depends only on the folders that it may.</summary>
public sealed class ArrowTests
{
    private const string Streaming = "EventStream.Api.Streaming";

    // Core: events ← bus ← sessions ← sources, dialects (side by side, both over foreign) ← dispatching.
    private static readonly Floor[] Core =
    [
        new("EventStream.Events"),
        new("EventStream.Bus", "EventStream.Events"),
        new("EventStream.Foreign", "EventStream.Events"),
        new("EventStream.Sessions", "EventStream.Events", "EventStream.Bus"),
        new("EventStream.Sources", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Foreign"),
        new("EventStream.Dialects", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Foreign"),
        new("EventStream.Dispatching", "EventStream.Events", "EventStream.Bus", "EventStream.Sessions", "EventStream.Sources"),
    ];

    // The path of a stream: requests ← frames ← feeds ← connections ← delivery.
    private static readonly Floor[] Streams =
    [
        new($"{Streaming}.Requests"),
        new($"{Streaming}.Frames", $"{Streaming}.Requests"),
        new($"{Streaming}.Feeds", $"{Streaming}.Requests", $"{Streaming}.Frames"),
        new($"{Streaming}.Connections", $"{Streaming}.Requests", $"{Streaming}.Frames"),
        new($"{Streaming}.Delivery", $"{Streaming}.Requests", $"{Streaming}.Frames", $"{Streaming}.Feeds", $"{Streaming}.Connections"),
    ];

    private static readonly string[] Implementations = ["EventStream.Bus.InMemory", "EventStream.Bus.Redis", "EventStream.Bus.Http"];

    public static TheoryData<Floor> CoreFloors => [.. Core];

    public static TheoryData<Floor> StreamFloors => [.. Streams];

    public static TheoryData<string> Buses => [.. Implementations];

    [Theory]
    [MemberData(nameof(CoreFloors))]
    public void Core_LooksDownOnly(Floor floor) => LooksDown(floor, Core);

    [Theory]
    [MemberData(nameof(StreamFloors))]
    public void Streaming_LooksDownOnly(Floor floor) => LooksDown(floor, Streams);

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
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, "EventStream.Bus.Redis")), target => target.FullName.StartsWith("StackExchange.", StringComparison.Ordinal)).ShouldBeEmpty();

    // EventStreamOptions is excepted by name: it belongs to the registration, but stands in the namespace that users import.
    [Theory]
    [MemberData(nameof(Buses))]
    public void ABus_IsKnownToItself_AndToTheRegistration(string bus) =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, bus) && !IsIn(type, "Microsoft.Extensions.DependencyInjection") && type.FullName != "EventStream.EventStreamOptions"), target => IsIn(target, bus)).ShouldBeEmpty();

    [Fact]
    public void ADialect_IsKnownToTheCatalogueOnly() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, "EventStream.Dialects")),
            target => IsIn(target, "EventStream.Dialects") && target.Name.EndsWith("Dialect", StringComparison.Ordinal) && target.Name != "IDialect").ShouldBeEmpty();

    [Fact]
    public void TheSocketShortCut_IsKnownToConnectionsOnly() =>
        CodeBase.Breaches(CodeBase.Types.Where(type => !IsIn(type, $"{Streaming}.Connections")), target => target.Name is "HttpChunk" or "ChunkedSocketWriter").ShouldBeEmpty();

    [Theory]
    [InlineData("EventStream.Sources.(*)")]
    [InlineData("EventStream.Dialects.(*)")]
    [InlineData("EventStream.Bus.(*)")]
    public void Folders_AreFreeOfCycles(string slices) => SliceRuleDefinition.Slices().Matching(slices).Should().BeFreeOfCycles().Check(CodeBase.Architecture);

    private static void LooksDown(Floor floor, Floor[] house)
    {
        CodeBase.In(floor.Namespace).ShouldNotBeEmpty();
        var forbidden = house.Where(other => other != floor && !floor.Knows.Contains(other.Namespace)).ToArray();
        CodeBase.Breaches(CodeBase.In(floor.Namespace), target => forbidden.Any(other => IsIn(target, other.Namespace)))
            .ShouldBeEmpty($"{floor.Namespace} may know {(floor.Knows.Length == 0 ? "none of the others" : string.Join(", ", floor.Knows))}.");
    }

    private static bool IsIn(ArchUnitNET.Domain.IType type, string name) => new Floor(name).Holds(type);
}
