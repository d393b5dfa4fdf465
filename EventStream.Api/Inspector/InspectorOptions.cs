namespace EventStream.Api.Inspector;

/// <summary>Whether the inspector is on. Section <c>Inspector</c> of the configuration.</summary>
internal sealed class InspectorOptions
{
    public const string Section = "Inspector";

    /// <summary>Whether the page is shown and <c>/sessions</c> lists sessions.</summary>
    public bool Enabled { get; set; } = true;
}
