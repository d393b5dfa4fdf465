using System.Text.Json;
using EventStream.Events.Payloads;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Telling;

/// <summary>What a model gives besides words and calls: pictures, sounds, files.</summary>
internal static class OtherContent
{
    // What is larger is named only: an event is no place for a picture.
    private const int MaxUriLength = 32 * 1024;

    public static CustomEvent Of(AIContent content)
    {
        var members = content switch
        {
            DataContent data => new Dictionary<string, object?> { ["media_type"] = data.MediaType, ["name"] = data.Name, ["bytes"] = data.Data.Length, ["uri"] = data.Data.Length <= MaxUriLength / 2 ? data.Uri : null },
            UriContent uri => new Dictionary<string, object?> { ["media_type"] = uri.MediaType, ["uri"] = uri.Uri.OriginalString },
            _ => [],
        };
        foreach (var (name, _) in members.Where(member => member.Value is null).ToList()) members.Remove(name);
        JsonElement value = ToolJson.Of(members, out _);
        return new CustomEvent { Name = "content", Value = value };
    }
}
