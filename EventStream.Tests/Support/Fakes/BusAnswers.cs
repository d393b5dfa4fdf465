using EventStream.Bus;

namespace EventStream.Tests.Support;

internal enum BusAnswers
{
    Always,

    /// <summary>Calls wait until they are cancelled.</summary>
    Never,

    /// <summary>Calls throw <see cref="BusUnavailableException"/>.</summary>
    Unavailable,

    /// <summary>Calls throw an exception that no bus should throw.</summary>
    Defect,
}
