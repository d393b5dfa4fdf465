namespace EventStream.Tests.ExtensionsAI;

/// <summary>On which side of the client that invokes functions another one publishes.</summary>
public enum Place
{
    /// <summary>Nearer to the caller.</summary>
    Outside,

    /// <summary>Nearer to the model.</summary>
    Inside,

    /// <summary>One on each side.</summary>
    Both,
}
