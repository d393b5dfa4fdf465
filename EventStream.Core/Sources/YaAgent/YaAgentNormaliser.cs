using System.Text.Json;
using EventStream.Bus;
using EventStream.Foreign;

namespace EventStream.Sources.YaAgent;

/// <summary>The protocol of yagap and its successors, and the events of their SDK below it.</summary>
internal sealed class YaAgentNormaliser : ISourceNormaliser
{
    public string Name => "ya-agent";

    public IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context) => [YaAgentFrame.Of(frame).Read(this, context)];

    public void Normalise(NativeEvent native, NormalisedEvents output)
    {
        var frame = YaAgentFrame.Of(native.Body);
        if (!NativeBody.IsPlain(frame.Body))
        {
            output.AddUnknown();
            return;
        }
        var current = new YaAgentEvent(frame, native, output);
        (YaAgentNames.Find(native.Type, frame.IsWrapped) ?? (unknown => unknown.AddUnknown()))(current);
    }
}
