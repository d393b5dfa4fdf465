using System.Text.Json;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Telling;

/// <summary>How a model's response ended, and what it took.</summary>
internal sealed class TurnOutcome
{
    private UsageDetails? _total;

    public UsageDetails? Usage { get; private set; }

    public string? StopReason { get; private set; }

    public string? Model { get; private set; }

    public bool IsKnown => Usage is not null || StopReason is not null;

    public void Add(ChatResponseUpdate update)
    {
        if (update.FinishReason is { Value: { Length: > 0 } reason }) StopReason = reason;
        if (update.ModelId is { Length: > 0 } model) Model = model;
        foreach (var content in update.Contents)
        {
            if (content is UsageContent usage) Add(usage.Details);
        }
    }

    /// <summary>What there is to tell; the next response begins.</summary>
    public Dictionary<string, JsonElement> Take()
    {
        var told = new Dictionary<string, JsonElement>();
        if (StopReason is not null) told["stop_reason"] = ToolJson.Text(StopReason);
        if (Usage is not null) told["usage"] = Json(Usage);
        if (Model is not null) told["model"] = ToolJson.Text(Model);
        (Usage, StopReason) = (null, null);
        return told;
    }

    /// <summary>What all responses of the turn took.</summary>
    public JsonElement? Total => _total is { } total ? Json(total) : null;

    private void Add(UsageDetails details)
    {
        (Usage ??= new UsageDetails()).Add(details);
        (_total ??= new UsageDetails()).Add(details);
    }

    private static JsonElement Json(UsageDetails usage)
    {
        var members = new Dictionary<string, object?>();
        Put("input_tokens", usage.InputTokenCount);
        Put("output_tokens", usage.OutputTokenCount);
        Put("total_tokens", usage.TotalTokenCount);
        Put("cached_input_tokens", usage.CachedInputTokenCount);
        Put("reasoning_tokens", usage.ReasoningTokenCount);
        foreach (var (name, count) in usage.AdditionalCounts ?? []) Put(name, count);
        return ToolJson.Of(members, out _);

        void Put(string name, long? count)
        {
            if (count is { } known) members.TryAdd(name, known);
        }
    }
}
