namespace EventStream.Generator;

/// <summary>The methods that publish one type of event.</summary>
internal sealed class EventMethod(PayloadRecord record)
{
    private const int MaxLine = 160;
    private const string Indent = "    ";

    private readonly PayloadMember? _run = record.Members.FirstOrDefault(member => member.IsRun);

    /// <summary>Whether only the publisher of a run has the method, because the event must name its run.</summary>
    public bool IsOfRun => _run is { IsRequired: true };

    private string Name => $"{record.Name}Async";

    private IReadOnlyList<PayloadMember> Parameters { get; } = Ordered(record.Members.Where(member => member.IsParameter));

    /// <summary>The method of a publisher that knows its session and possibly its run and agent.</summary>
    public IEnumerable<string> OfTarget()
    {
        var target = IsOfRun ? "" : "target.";
        yield return $"/// <summary>{Linked(record.Summary)}</summary>";
        if (!IsOfRun) yield return "/// <param name=\"target\">The session or run that the event belongs to.</param>";
        foreach (var parameter in Parameters) yield return $"/// <param name=\"{parameter.Parameter}\">{SummaryOf(parameter)}</param>";
        yield return "/// <param name=\"cancellationToken\">Ends the wait while the dispatcher is full.</param>";
        foreach (var line in IsOfRun
            ? Signature($"public ValueTask {Name}(", Parameters.Select(parameter => parameter.Declaration), ") =>")
            : Signature($"public static ValueTask {Name}<T>(", Parameters.Select(parameter => parameter.Declaration).Prepend("this T target"), ") where T : IEventTarget =>"))
        {
            yield return line;
        }
        yield return $"{Indent}{target}PublishAsync(new {record.Name}";
        yield return $"{Indent}{{";
        foreach (var member in record.Members) yield return $"{Indent}{Indent}{member.Name} = {member.ValueFrom(target)},";
        yield return $"{Indent}}}, cancellationToken);";
    }

    /// <summary>The method of the dispatcher, which takes the session and, where needed, the run.</summary>
    public IEnumerable<string> OfDispatcher()
    {
        var call = $"{Name}({string.Join(", ", Parameters.Select(parameter => parameter.Parameter).Append("cancellationToken"))})";
        yield return $"/// <inheritdoc cref=\"{(IsOfRun ? "RunPublisher" : "EventMethods")}.{Name}\"/>";
        foreach (var line in Signature($"public ValueTask {Name}(", DispatcherParameters().Prepend("string sessionId"), ") =>")) yield return line;
        yield return _run switch
        {
            null => $"{Indent}ForSession(sessionId).{call};",
            { IsRequired: true } => $"{Indent}ForRun(sessionId, runId).{call};",
            _ => $"{Indent}runId is null\n{Indent}{Indent}    ? ForSession(sessionId).{call}\n{Indent}{Indent}    : ForRun(sessionId, runId).{call};",
        };
    }

    // A required run keeps its place in the record; an optional run comes last.
    private IEnumerable<string> DispatcherParameters() =>
        IsOfRun ? Ordered(record.Members.Where(member => member.IsParameter || member.IsRun)).Select(member => member.Declaration)
        : Parameters.Select(member => member.Declaration).Concat(_run is null ? [] : [_run.Declaration]);

    private static IReadOnlyList<PayloadMember> Ordered(IEnumerable<PayloadMember> members) => [.. members.OrderByDescending(member => member.MustBeGiven)];

    private string SummaryOf(PayloadMember parameter) =>
        Linked(parameter.IsAgent ? $"{parameter.Summary.TrimEnd('.')}; the target's own when null." : parameter.Summary);

    private string Linked(string summary) => Parameters.Aggregate(summary, (text, parameter) =>
        text.Replace($"<see cref=\"{parameter.Name}\"/>", $"<paramref name=\"{parameter.Parameter}\"/>", StringComparison.Ordinal));

    private static IEnumerable<string> Signature(string start, IEnumerable<string> parameters, string end)
    {
        string[] all = [.. parameters, "CancellationToken cancellationToken = default"];
        if (start.Length + string.Join(", ", all).Length + end.Length <= MaxLine) return [$"{start}{string.Join(", ", all)}{end}"];
        List<string> lines = [start];
        var line = Indent;
        foreach (var parameter in all[..^1])
        {
            if (line.Length + parameter.Length >= MaxLine)
            {
                lines.Add(line.TrimEnd());
                line = Indent;
            }
            line += $"{parameter}, ";
        }
        return [.. lines, line.TrimEnd(), $"{Indent}{all[^1]}{end}"];
    }
}
