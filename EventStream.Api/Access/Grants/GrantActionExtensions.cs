namespace EventStream.Api.Access.Grants;

internal static class GrantActionExtensions
{
    /// <summary>The name in settings, tickets and messages.</summary>
    public static string Name(this GrantAction action) => action switch
    {
        GrantAction.Subscribe => "subscribe",
        GrantAction.Publish => "publish",
        GrantAction.Command => "command",
        _ => "admin",
    };
}
