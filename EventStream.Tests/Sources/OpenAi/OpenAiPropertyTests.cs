using EventStream.Bus;
using Xunit;

namespace EventStream.Tests.Sources.OpenAi;

public sealed class OpenAiPropertyTests() : SourcePropertyTests("openai")
{
    private const string Call = """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"x","arguments":""}}]}}]}""";

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);

    [Theory]
    [InlineData("""{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"\ud800","function":{"name":"x","arguments":"{}"}}]}}]}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","content":"Told at once"}}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","content":{"text":"Told at once"}}}""")]
    [InlineData("""{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hel"}}]}""", """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"speaker","content":"lo"}}]}""")]
    [InlineData(Call, """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_late","function":{"arguments":"{}"}}]}}]}""")]
    [InlineData(Call, """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_late","function":{}}]}}]}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"type":"apply_patch_call","call_id":"call_8"}}""", """{"type":"response.output_item.done","output_index":0,"item":{"type":"web_search_call","action":{"query":"oslo"}}}""")]
    public void Normalise_LosesNothing_OfWhatServersMayWrite(params string[] frames) => Fidelity.Check("openai", new IngestContext { SessionId = "s1" }, frames, mayRepeat: true);
}
