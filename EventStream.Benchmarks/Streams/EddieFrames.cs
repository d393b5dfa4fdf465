using System.Globalization;
using System.Text;

namespace EventStream.Benchmarks.Streams;

/// <summary>Frames as Eddie's sockets send them: each time a message grows, its whole text is sent again.</summary>
internal sealed class EddieFrames(string session)
{
    private const string Time = "2026-11-21T09:30:00.000Z";

    private int _messages;

    public string Session => session;

    /// <summary>The snapshots of one message up to its full length, and the end of its turn.</summary>
    public IEnumerable<byte[]> Message(int characters, int step)
    {
        var number = _messages++;
        for (var length = step; length <= characters; length += step) yield return Partial(number, Text(number, length));
        yield return Encoding.UTF8.GetBytes($$$"""{"event":"agent.activity","data":{"sessionId":"{{{session}}}","state":"idle","timestamp":"{{{Time}}}"}}""");
    }

    /// <summary>The text of message number <paramref name="number"/>.</summary>
    public static string Text(int number, int length)
    {
        var text = new StringBuilder(length + 100);
        for (var word = number; text.Length < length; word++) text.Append(CultureInfo.InvariantCulture, $"The agent says {word}, and it’s a line\n");
        return text.ToString(0, length);
    }

    public static string MessageId(int number) => $"a1c3c7a2-5b39-4a0f-8a43-{number:x12}";

    private byte[] Partial(int number, string text) => Encoding.UTF8.GetBytes(
        $$$"""{"event":"message.partial","data":{"id":"{{{MessageId(number)}}}","sessionId":"{{{session}}}","role":"assistant","content":"{{{text.Replace("\n", "\\n", StringComparison.Ordinal)}}}","createdAt":"{{{Time}}}"}}""");
}
