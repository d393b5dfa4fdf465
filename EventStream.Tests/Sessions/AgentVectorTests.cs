using System.Text.Json;
using EventStream.Sessions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

/// <summary>What runs and questions add up to: the reducers of the TypeScript client are tested with the same file.</summary>
public sealed class AgentVectorTests
{
    private static readonly IReadOnlyList<JsonElement> Vectors =
        [.. JsonElement.Parse(File.ReadAllText(Repository.PathOf("EventStream.Tests", "Sessions", "Vectors", "agents.json"))).EnumerateArray()];

    public static TheoryData<string> Names => [.. Vectors.Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fold_SaysWhatTheVectorDoes(string name)
    {
        var vector = Vectors.Single(each => each.GetProperty("name").GetString() == name);

        var state = vector.GetProperty("events").EnumerateArray().Aggregate(SessionState.Empty, (told, next) =>
            told.Then(next.GetProperty("type").GetString()!, next.GetProperty("payload").GetRawText(), run: TextOf(next, "run_id"), agent: TextOf(next, "agent_id")));

        foreach (var run in MembersOf(vector, "runs"))
        {
            var known = state.Run(run.Name).ShouldNotBeNull();
            (known.Agent, known switch { { IsWaiting: true } => "waiting", { IsEnded: true } => "ended", _ => "going" })
                .ShouldBe((TextOf(run.Value, "agent"), TextOf(run.Value, "state")));
        }
        foreach (var approval in MembersOf(vector, "approvals"))
        {
            var known = state.Approval(TextOf(approval.Value, "run")!, approval.Name).ShouldNotBeNull();
            (known.RunId, known.Approved, known.AnsweredBy).ShouldBe((TextOf(approval.Value, "run"), approval.Value.GetProperty("approved").Deserialize<bool?>(), TextOf(approval.Value, "answered_by")));
        }
        state.PendingApprovals.Select(asked => asked.Id).ShouldBe(vector.TryGetProperty("pending", out var pending) ? pending.EnumerateArray().Select(id => id.GetString()!) : []);
    }

    private static JsonElement.ObjectEnumerator MembersOf(JsonElement vector, string name) => vector.TryGetProperty(name, out var members) ? members.EnumerateObject() : default;

    private static string? TextOf(JsonElement holder, string name) => holder.TryGetProperty(name, out var value) ? value.GetString() : null;
}
