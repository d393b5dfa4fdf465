namespace EventStream.Api.Telemetry;

/// <summary>Keeps the addresses of requests out of every log, whatever level is set: a ticket may stand in them.</summary>
internal static class AddressesInLogs
{
    // It logs each request with its whole address. At any level it also makes an activity and a scope for each request, which a stream would keep for life.
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void KeepAddressesOutOfLogs(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(filter =>
    {
        // The rule with the longest category wins, and among these one that names a provider.
        foreach (var rule in filter.Rules.Where(rule => rule.CategoryName?.StartsWith(Requests, StringComparison.OrdinalIgnoreCase) == true).ToList()) filter.Rules.Remove(rule);
        filter.Rules.Add(new LoggerFilterRule(providerName: null, Requests, LogLevel.None, filter: null));
        foreach (var provider in filter.Rules.Select(rule => rule.ProviderName).OfType<string>().Distinct().ToList()) filter.Rules.Add(new LoggerFilterRule(provider, Requests, LogLevel.None, filter: null));
    });
}
