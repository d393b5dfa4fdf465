using System.Text.Json;
using EventStream.Api.Publishing;
using EventStream.Events;

namespace EventStream.Api.Agents;

/// <summary>The JSON object of a command.</summary>
internal readonly struct CommandBody
{
    private readonly JsonElement _json;
    private readonly string _example;

    private CommandBody(JsonElement json, string example) => (_json, _example) = (json, example);

    /// <summary>Reads a body.</summary>
    /// <param name="body">Its bytes; none are an object without members.</param>
    /// <param name="example">How it looks.</param>
    /// <param name="members">The members that it may have.</param>
    /// <exception cref="EventRejectedException">It is no object, or has other members.</exception>
    public static CommandBody Parse(ReadOnlyMemory<byte> body, string example, params string[] members)
    {
        var json = WellFormedJson.ParseObject(body.Span.Trim(" \t\r\n"u8).IsEmpty ? "{}"u8 : body.Span, example);
        foreach (var member in json.EnumerateObject())
        {
            if (!members.Contains(member.Name))
                throw new EventRejectedException("", $"'{EventRejectedException.Shown(member.Name)}' is no member of this request; it has {string.Join(", ", members)}.");
        }
        return new CommandBody(json, example);
    }

    public JsonElement? Element(string name) => _json.TryGetProperty(name, out var value) ? value : null;

    /// <exception cref="EventRejectedException">It is there and no text.</exception>
    public string? Text(string name) => Element(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new EventRejectedException($"/{name}", "must be a text."),
    };

    /// <exception cref="EventRejectedException">It is missing, or no text.</exception>
    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw new EventRejectedException($"/{name}", $"must be given, such as {_example}.");

    /// <exception cref="EventRejectedException">It is missing, or neither true nor false.</exception>
    public bool RequiredFlag(string name) => Element(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? flag.GetBoolean() : throw new EventRejectedException($"/{name}", $"must be true or false, such as {_example}.");
}
