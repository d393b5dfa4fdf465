using System.Text;
using EventStream.Api.Streaming.Requests;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sources.Argos;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects;

/// <summary>What every dialect of the catalogue promises, for every type of event.</summary>
public sealed class DialectTests
{
    public static TheoryData<string> Names => [.. DialectCatalogue.All.Select(dialect => dialect.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_MakesMessagesOfOneLine_ForEveryType(string name)
    {
        foreach (var type in EventCatalogue.All)
        {
            var dialect = Of(name).Begin();
            foreach (var message in dialect.Write(EventOf(type)))
            {
                message.Data.Span.IndexOfAny((byte)'\r', (byte)'\n', (byte)0).ShouldBe(-1, type.Name);
                message.Data.IsEmpty.ShouldBeFalse(type.Name);
                (message.Name is "" || message.Name == type.Name || EventNames.IsValid(message.Name)).ShouldBeTrue($"{type.Name} is called '{message.Name}'.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_SaysTheSame_ToEveryConnection(string name)
    {
        foreach (var type in EventCatalogue.All)
        {
            var said = Of(name).Begin().Write(EventOf(type)).Select(Text).ToArray();
            Of(name).Begin().Write(EventOf(type)).Select(Text).ShouldBe(said, type.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Begin_IsTheSame_OnlyWhenItIsShared(string name) =>
        ReferenceEquals(Of(name).Begin(), Of(name)).ShouldBe(Of(name).Kind == DialectKind.Shared);

    [Fact]
    public void Catalogue_HoldsEveryDialect_ThatClientsCanAskFor()
    {
        foreach (var dialect in (IDialect[])[.. DialectQuery.Names, .. DialectQuery.Dialects.Select(choice => choice.Dialect), .. DialectQuery.SocketFrames.Select(choice => choice.Dialect)]) DialectCatalogue.All.ShouldContain(dialect);
    }

    [Fact]
    public void WithCursor_PutsTheCursorIn_ForDialectsThatClientsResumeBy()
    {
        // Clients of AG-UI know no cursor: each connection begins with a snapshot.
        foreach (var dialect in DialectQuery.Names.Concat(DialectQuery.Dialects.Select(choice => choice.Dialect)).Except([DialectCatalogue.AgUi]))
            Encoding.UTF8.GetString(dialect.WithCursor(new Cursor(7, 5), """{"a":1}"""u8.ToArray()).Span).ShouldContain("7-5", customMessage: dialect.Name);
    }

    [Fact]
    public void Names_AreUnique() => DialectCatalogue.All.Select(dialect => dialect.Name).ShouldBeUnique();

    [Fact]
    public void Write_IsSilent_WhereArgosHasNoWords()
    {
        foreach (var type in (string[])["session_stream_started", "heartbeat"])
            DialectCatalogue.Argos.Write(EventOf(EventCatalogue.Find(type)!)).ShouldBeEmpty();
        DialectCatalogue.Argos.Write(EventOf(EventCatalogue.Find("stream_closing")!)).Count.ShouldBe(1);
    }

    [Fact]
    public void NamesWithModel_AreThoseThatTheNormaliserHandles() =>
        ArgosNormaliser.Names.Except(["error"]).ShouldBe(ArgosNames.WithModel, ignoreOrder: true);

    private static IDialect Of(string name) => DialectCatalogue.All.Single(dialect => dialect.Name == name);

    private static DialectEvent EventOf(CanonicalType type) => new(type.Name, EventWriter.ToUtf8(SamplePayloads.Envelope(type)));

    private static string Text(DialectMessage message) => $"{message.Name}: {Encoding.UTF8.GetString(message.Data.Span)}";
}
