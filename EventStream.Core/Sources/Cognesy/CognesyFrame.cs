using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Cognesy;

/// <summary>A frame out of its wrapping: a broadcast, a broadcast as the browser's client shows it, or a raw event of a class.</summary>
internal sealed class CognesyFrame
{
    private const string TransportEvent = "instructor.agent.event";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    // The innermost object comes first, because its members win.
    private readonly List<NativeBody> _bodies;

    private CognesyFrame(string type, bool isRaw, List<NativeBody> bodies) => (Type, IsRaw, _bodies) = (type, isRaw, bodies);

    /// <summary>The native name: an event's type, or the name of a class.</summary>
    public string Type { get; }

    /// <summary>Whether it is an event of a class.</summary>
    public bool IsRaw { get; }

    public IReadOnlyList<NativeBody> Bodies => _bodies;

    /// <summary>Whether all its objects have plain and distinct member names.</summary>
    public bool IsPlain => _bodies.TrueForAll(body => NativeBody.IsPlain(body.Json));

    public static CognesyFrame Of(JsonElement json, string? className)
    {
        var outer = new NativeBody(json);
        if ((TextOf(outer, "type") ?? TextOf(outer, "event_type")) is { } type) return Broadcast(type, [outer]);
        if (TextOf(outer, "event") is { } name)
        {
            if (DataOf(json) is not { } shown) return Broadcast(name, [outer]);
            outer.Drop("data");
            var data = new NativeBody(shown);
            var inner = name == TransportEvent || JsonText.Member(shown, "payload") is { ValueKind: JsonValueKind.Object } ? TextOf(data, "type") : null;
            return Broadcast(inner ?? TextOf(data, "event_type") ?? name, [data, outer]);
        }
        var fullName = TextOf(outer, "class") ?? className ?? "";
        List<NativeBody> bodies = [outer];
        if (JsonText.Member(json, "data") is { ValueKind: JsonValueKind.Object } map)
        {
            outer.Drop("data");
            bodies.Insert(0, new NativeBody(map));
        }
        return new CognesyFrame(fullName[(fullName.LastIndexOf('\\') + 1)..], isRaw: true, bodies);
    }

    /// <summary>Takes a member from the innermost object that has it. Equal members of the outer objects are dropped.</summary>
    public JsonElement? Take(ModelMember member)
    {
        JsonElement? taken = null;
        foreach (var body in _bodies)
        {
            if (taken is { } value) DropEqual(body, member.Names, value);
            else taken = member.TakeFrom(body);
        }
        return taken;
    }

    /// <summary>Takes members and writes those that are there.</summary>
    public void WriteMembers(PayloadWriter payload, ModelMember[] members)
    {
        foreach (var member in members) payload.Json(member.Name, Take(member));
    }

    public string? TakeText(ModelMember member) => Take(member) is { } value ? JsonText.Text(value) : null;

    /// <summary>The first answer that one of the objects gives.</summary>
    public T? First<T>(Func<NativeBody, T?> answer)
    {
        foreach (var body in _bodies)
        {
            if (answer(body) is { } found) return found;
        }
        return default;
    }

    /// <summary>A member as it is, in the innermost object that has it.</summary>
    public JsonElement? Find(params string[] names) => First(body => body.Find(names));

    /// <summary>Drops members that the envelope carries, and members that stand in both objects.</summary>
    public void DropEnvelope(NativeEvent native)
    {
        foreach (var body in _bodies)
        {
            body.DropCarried(native.Type, "type", "event", "event_type", "class");
            body.DropCarried(native.SessionId, CognesyEnvelope.SessionNames);
            body.DropCarried(native.ExecutionId, CognesyEnvelope.ExecutionNames);
            body.DropCarried(native.ProjectId, "project_id", "projectId");
            body.DropCarried(native.AgentId, CognesyEnvelope.AgentNames);
        }
        if (CognesyEnvelope.TimeOf(this) is { Body: { } clock, Name: { } member }) clock.Drop(member);
        if (native.EventId is not null) _bodies[^1].DropCarried(native.EventId, "id");
        if (_bodies is [var inner, var outer])
        {
            foreach (var twin in inner.Json.EnumerateObject()) DropEqual(outer, [twin.Name], twin.Value);
        }
    }

    /// <summary>Writes the members that are left, and adds the event.</summary>
    public void Add(NormalisedEvents output, PayloadWriter payload)
    {
        foreach (var body in _bodies) payload.Remaining(body);
        output.Add();
    }

    private static CognesyFrame Broadcast(string type, List<NativeBody> bodies)
    {
        var shown = bodies[0];
        if (JsonText.Member(shown.Json, "payload") is { ValueKind: JsonValueKind.Object } payload)
        {
            shown.Drop("payload");
            bodies.Insert(0, new NativeBody(payload));
        }
        else if (JsonText.Member(shown.Json, "metadata") is { ValueKind: JsonValueKind.Object } metadata)
        {
            shown.Drop("metadata");
            bodies.Insert(1, new NativeBody(metadata));
        }
        return new CognesyFrame(type, isRaw: false, bodies);
    }

    // On the socket the data of a broadcast is a text.
    private static JsonElement? DataOf(JsonElement json)
    {
        if (JsonText.Member(json, "data") is not { } data) return null;
        if (data.ValueKind == JsonValueKind.Object) return data;
        if (!JsonText.TryWtf8(data, out var utf8) || utf8.IsEmpty || utf8[0] != (byte)'{') return null;
        try
        {
            return JsonElement.Parse(CompactJson.From(utf8), Options);
        }
        catch (EventRejectedException)
        {
            return null;
        }
    }

    private static void DropEqual(NativeBody body, string[] names, JsonElement value)
    {
        foreach (var name in names)
        {
            if (JsonText.Member(body.Json, name) is { } twin && JsonMarshal.GetRawUtf8Value(twin).SequenceEqual(JsonMarshal.GetRawUtf8Value(value))) body.Drop(name);
        }
    }

    private static string? TextOf(NativeBody body, string name) => JsonText.MemberText(body.Json, name) is { Length: > 0 } text ? text : null;
}
