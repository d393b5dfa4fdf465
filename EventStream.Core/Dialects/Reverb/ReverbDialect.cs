using System.Collections.Frozen;
using EventStream.Events;

namespace EventStream.Dialects.Reverb;

/// <summary>Writes events as frontends of agents on Laravel Reverb read them: <c>{type, session_id, execution_id, timestamp, payload}</c>, or flat. What has no counterpart there keeps its canonical form.</summary>
internal sealed class ReverbDialect(string name, bool isFlat) : IDialect
{
    private static readonly FrozenDictionary<string, Func<ReverbData, ReverbName?>> Writers = new Dictionary<string, Func<ReverbData, ReverbName?>>
    {
        ["agent_message_start"] = ReverbText.Began,
        ["agent_message_delta"] = ReverbText.Piece,
        ["agent_message_end"] = ReverbText.Ended,
        ["message_created"] = ReverbText.Whole,
        ["tool_call_started"] = ReverbTools.Started,
        ["tool_call_updated"] = ReverbTools.Updated,
        ["tool_call_result"] = ReverbTools.Completed,
        ["agent_step_started"] = ReverbSteps.Started,
        ["agent_step_updated"] = ReverbSteps.Updated,
        ["agent_step_completed"] = ReverbSteps.Completed,
        ["workflow_step_started"] = ReverbSteps.Started,
        ["workflow_step_completed"] = ReverbSteps.Completed,
        ["agent_continuation"] = ReverbSteps.Continuation,
        ["agent_status"] = ReverbStatus.Changed,
        ["run_created"] = data => ReverbStatus.Run(data, "pending"),
        ["run_started"] = data => ReverbStatus.Run(data, "processing"),
        ["run_updated"] = ReverbStatus.Changed,
        ["run_awaiting_input"] = ReverbStatus.Waits,
        ["run_error"] = ReverbStatus.WentWrong,
        ["run_completed"] = data => ReverbStatus.Ended(data, "completed"),
        ["run_failed"] = data => ReverbStatus.Ended(data, "failed"),
        ["run_cancelled"] = data => ReverbStatus.Ended(data, "cancelled"),
    }.ToFrozenDictionary();

    private readonly ReverbMemory _memory = new();

    public string Name => name;

    public DialectKind Kind => DialectKind.Folded;

    public long HeldBytes => _memory.Bytes;

    public IDialect Begin() => new ReverbDialect(name, isFlat);

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        if (Writers.TryGetValue(next.Type, out var write) && StoredEvent.Read(next.Envelope.Span) is { IsPlain: true } stored)
        {
            var data = new ReverbData(stored, _memory, isFlat);
            var told = write(data);
            if (told == ReverbName.Nothing) return;
            if ((isFlat ? told?.Flat : told?.Envelope) is { } type)
            {
                output.Add(new DialectMessage(type, data.Finish(told!)));
                return;
            }
        }
        output.Add(new DialectMessage(next.Type, next.Envelope));
    }

    public ReadOnlyMemory<byte> WithCursor(Cursor cursor, ReadOnlyMemory<byte> data) => PlacedEnvelope.Of(cursor, data.Span);
}
