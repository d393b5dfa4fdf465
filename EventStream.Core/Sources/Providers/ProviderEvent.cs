using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Providers;

/// <summary>One native event of a model's response while it is normalised.</summary>
internal sealed class ProviderEvent
{
    public ProviderEvent(NativeEvent native, NormalisedEvents output)
    {
        (Native, Output, Body) = (native, output, new NativeBody(SlimFrame.Of(native.Body)));
        Run = native.RunId is { } named ? State.RunNamed(named) : State.OpenRunOf(native.Source.Name);
        Body.DropCarried(native.Type, "type", "object");
        Body.DropCarried(native.SessionId, "session_id");
        // A text of random length that hides how long the piece beside it is.
        if (Body.Member("obfuscation") is { ValueKind: JsonValueKind.String }) Body.Drop("obfuscation");
    }

    public NativeEvent Native { get; }

    public NormalisedEvents Output { get; }

    public SessionState State => Output.State;

    public NativeBody Body { get; }

    /// <summary>Its run; null when it names none and no response of the source is open.</summary>
    public string? Run { get; set; }

    /// <summary>What is known of the response that the run is about.</summary>
    public ResponseState? Response => Run is { } run ? State.Run(run)?.Response : null;

    /// <summary>Begins an id of a part of the response: the response's own id, else the run's.</summary>
    public string Place => Response?.Id ?? Run ?? Native.Source.Name;

    /// <summary>Begins an event. It closes nothing: responses say where their parts end.</summary>
    public PayloadWriter Write(string type) => Output.WriteClosing(type, Run);

    /// <summary>Ends one of several events.</summary>
    public void Add() => Output.Add();

    /// <summary>Ends the event that holds the members that are left. Null ones say nothing.</summary>
    public void Add(PayloadWriter payload, params ReadOnlySpan<NativeBody?> bodies)
    {
        foreach (var body in bodies)
        {
            if (body is not null) payload.Remaining(body.Remaining().Where(member => member.Value.ValueKind != JsonValueKind.Null));
        }
        Output.Add();
    }

    public void AddUnknown()
    {
        Write("custom_event").Text("name", Native.Type).Json("value", Body.Json);
        Output.Add();
    }

    /// <summary>Adds a part of the native event as it is.</summary>
    public void AddUnknown(JsonElement part)
    {
        Write("custom_event").Text("name", JsonText.FirstText(part, "type") ?? Native.Type).Json("value", part);
        Output.Add();
    }

    /// <summary>An object in a body; null when it is none, or its member names aren't plain and distinct.</summary>
    public static NativeBody? Take(NativeBody body, string member)
    {
        if (body.Member(member) is not { ValueKind: JsonValueKind.Object } json || !NativeBody.IsPlain(json)) return null;
        body.Drop(member);
        return new NativeBody(json);
    }

    /// <inheritdoc cref="Take(NativeBody, string)"/>
    public NativeBody? Take(string member) => Take(Body, member);

    /// <summary>The text of a member that isn't empty. It isn't taken.</summary>
    public static JsonElement? Said(NativeBody body, string member) => body.Member(member) is { ValueKind: JsonValueKind.String } text && JsonText.Text(text) is not "" ? text : null;
}
