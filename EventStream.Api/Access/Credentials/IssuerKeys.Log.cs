namespace EventStream.Api.Access.Credentials;

internal sealed partial class IssuerKeys
{
    [LoggerMessage(1404, LogLevel.Warning, "The issuer of tokens gives no keys at {Address}: {Reason}. Until its keys are known tokens are answered 503; keys that were known before go on to count.", EventName = "IssuerAway")]
    private partial void LogAway(string address, string reason);

    [LoggerMessage(1405, LogLevel.Information, "The issuer of tokens gives its keys again at {Address}.", EventName = "IssuerBack")]
    private partial void LogReached(string address);
}
