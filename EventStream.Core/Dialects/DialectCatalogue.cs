using EventStream.Dialects.AgUi;
using EventStream.Dialects.AiSdk;
using EventStream.Dialects.Argos;
using EventStream.Dialects.Canonical;
using EventStream.Dialects.Eddie;
using EventStream.Dialects.Renamed;
using EventStream.Dialects.Reverb;

namespace EventStream.Dialects;

/// <summary>The table of the dialects.</summary>
internal static class DialectCatalogue
{
    /// <summary>The envelope under the names of the catalogue, and publishers' own: the default.</summary>
    public static IDialect Canonical { get; } = new CanonicalDialect();

    /// <summary>The envelope under the names of the systems that its events come from.</summary>
    public static IDialect Native { get; } = new NativeNamesDialect();

    /// <summary>The envelope under the names that frontends of agents on Laravel Reverb listen to.</summary>
    public static IDialect ReverbNames { get; } = new ReverbNamesDialect();

    /// <summary>The envelopes that frontends of agents on Laravel Reverb read.</summary>
    public static IDialect Reverb { get; } = new ReverbDialect("reverb-envelope", isFlat: false);

    /// <summary>The flat frames that older frontends on Laravel Reverb read.</summary>
    public static IDialect ReverbFlat { get; } = new ReverbDialect("reverb-flat", isFlat: true);

    /// <summary>The frames of Argos.</summary>
    public static IDialect Argos { get; } = new ArgosDialect();

    /// <summary>The frames of Eddie.</summary>
    public static IDialect Eddie { get; } = new EddieDialect(new TextBudget(EddieDialect.MaxTextBytes));

    /// <summary>The events of AG-UI.</summary>
    public static IDialect AgUi { get; } = new AgUiDialect();

    /// <summary>One run in the events of AG-UI, as a client asked for it.</summary>
    public static IDialect AgUiFor(AgUiClient client) => new AgUiClientDialect(client);

    /// <summary>The UI message stream of the AI SDK, for clients of every version since 5.</summary>
    public static IDialect AiSdk { get; } = new AiSdkDialect(asksInParts: false);

    /// <summary>The UI message stream of the AI SDK for clients since version 6, which know questions.</summary>
    public static IDialect AiSdkAsking { get; } = new AiSdkDialect(asksInParts: true);

    /// <summary>A UI message stream without its first chunks.</summary>
    /// <param name="whole">The one with all.</param>
    /// <param name="skipped">How many are left out.</param>
    public static IDialect AiSdkBehind(IDialect whole, long skipped) => new AiSdkTailDialect(whole, skipped);

    /// <summary>Whether a message of a UI message stream is a chunk.</summary>
    public static bool IsChunk(DialectMessage message) => AiSdkWriter.IsChunk(message);

    /// <summary>Every dialect.</summary>
    public static IReadOnlyList<IDialect> All { get; } = [Canonical, Native, ReverbNames, Reverb, ReverbFlat, Argos, Eddie, AgUi, AiSdk, AiSdkAsking];
}
