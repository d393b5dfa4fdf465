using System.Text;

namespace EventStream.Generator;

/// <summary>Dispatching/EventMethods.g.cs: the methods of all events.</summary>
internal static class EventMethodsFile
{
    public static string TextOf(IReadOnlyList<EventMethod> methods)
    {
        var text = new StringBuilder(GeneratedFile.Header).Append("""

            using System.Text.Json;
            using EventStream.Events;
            using EventStream.Events.Payloads;

            namespace EventStream.Dispatching;

            """);
        Append(text, "/// <summary>One method for each canonical event. Events that must name their run have theirs in <see cref=\"RunPublisher\"/>.</summary>\npublic static class EventMethods", methods.Where(method => !method.IsOfRun).Select(method => method.OfTarget()));
        Append(text, "public readonly partial record struct RunPublisher", methods.Where(method => method.IsOfRun).Select(method => method.OfTarget()));
        Append(text, "public sealed partial class EventDispatcher", methods.Select(method => method.OfDispatcher()));
        return text.ToString();
    }

    private static void Append(StringBuilder text, string declaration, IEnumerable<IEnumerable<string>> methods) =>
        text.Append('\n').Append(declaration).Append("\n{\n")
            .AppendJoin("\n", methods.Select(method => string.Concat(method.Select(line => $"    {line}\n"))))
            .Append("}\n");
}
