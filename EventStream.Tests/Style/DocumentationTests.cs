using System.Reflection;
using System.Xml.Linq;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Bus.InMemory;
using EventStream.Dispatching;
using EventStream.Listening;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Style;

/// <summary>What an editor shows of the members that people meet first.</summary>
public sealed class DocumentationTests
{
    private static readonly Dictionary<string, XElement> Members = XDocument.Load(Path.ChangeExtension(typeof(EventDispatcher).Assembly.Location, "xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    private static readonly Type[] First =
    [
        .. typeof(EventDispatcher).Assembly.GetExportedTypes().Where(type => type.Namespace is "EventStream" or "EventStream.Agents" or "EventStream.Dispatching" or "EventStream.Listening"),
        typeof(EventStreamServiceCollectionExtensions), typeof(HttpEventAppender), typeof(IEventAppender), typeof(InMemoryEventBus), typeof(StreamKey),
    ];

    [Fact]
    public void Parameters_AreExplained_OfWhatPeopleCallFirst()
    {
        var calls = First.SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)).OfType<MethodBase>()
            .Where(method => !method.IsSpecialName || method.IsConstructor).ToList();
        calls.Count.ShouldBeGreaterThan(100);

        // Without an entry the compiler made the member, as it does for records.
        calls.Select(method => (method, Entries: EntriesOf(method))).Where(call => call.Entries.Count > 0 && !call.Entries.Any(entry => Explains(entry, call.method)))
            .Select(call => $"{call.method.DeclaringType!.Name}.{call.method.Name}({string.Join(", ", call.method.GetParameters().Select(parameter => parameter.Name))})").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(EventDispatcher))]
    [InlineData(typeof(RunScope))]
    [InlineData(typeof(ToolScope))]
    [InlineData(typeof(MessageScope))]
    [InlineData(typeof(StreamListener))]
    public void Example_Stands_AtTheTypesThatPeopleBeginWith(Type type) => Members[$"T:{type.FullName}"].Element("example").ShouldNotBeNull();

    [Fact]
    public void Example_Stands_AtEachRegistration() =>
        typeof(EventStreamServiceCollectionExtensions).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => !EntriesOf(method).Any(entry => entry.Element("example") is not null || entry.Element("inheritdoc") is not null))
            .Select(method => method.Name).ShouldBeEmpty();

    // Overloads with as many parameters are told apart by their names.
    private static List<XElement> EntriesOf(MethodBase method)
    {
        var name = $"M:{method.DeclaringType!.FullName}.{(method.IsConstructor ? "#ctor" : method.Name)}";
        return [.. Members.Where(member => member.Key == name || (member.Key.StartsWith(name, StringComparison.Ordinal) && member.Key[name.Length] is '(' or '`')).Select(member => member.Value)];
    }

    private static bool Explains(XElement entry, MethodBase method) =>
        entry.Element("inheritdoc") is not null || method.GetParameters().All(parameter => entry.Elements("param").Any(told => told.Attribute("name")!.Value == parameter.Name && !string.IsNullOrWhiteSpace(told.Value)));
}
