using System.Reflection;
using EventStream.Api.Access.Keys;
using EventStream.Events;

namespace EventStream.Api.Settings;

/// <summary>The program's arguments: settings, or what is asked for instead of a server.</summary>
internal static class CommandLine
{
    private const string Usage = """
        EventStream streams what AI agents do to the people who watch them.

        Usage: EventStream.Api [--SETTING=VALUE ...]
               EventStream.Api keys new ID       makes a key for a publisher or a viewer

          --urls=http://localhost:8000           where to listen
          --ConnectionStrings:Redis=HOST:PORT    keeps events in Redis, for several nodes; without it they stay in memory
          --Cors:Origins=https://app.example     pages of other origins that may connect
          --Streaming:Heartbeat=00:00:15         silence before a heartbeat
          --help, --version

        Every setting can be an environment variable too, such as ConnectionStrings__Redis. README.md lists them all.
        The inspector, a page to watch sessions, is at the address that the server listens on.
        """;

    // What the framework reads besides.
    private static readonly string[] FrameworkNames =
    [
        "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webRoot", "AllowedHosts", "Logging", "Kestrel", "HostBuilder", "shutdownTimeoutSeconds",
        "suppressStatusMessages", "detailedErrors", "captureStartupErrors", "preferHostingUrls", "preventHostingStartup", "startupAssembly", "hostingStartupAssemblies", "forwardedHeaders_enabled",
    ];

    private static readonly string[] Sections = ["ConnectionStrings", "Redis", "Streaming", "Publishing", "Ingest", "Log", "InMemoryBus", "Agents", "Access", "Cors", "Inspector", "Dialects"];

    // Settings of libraries, which have many.
    private static readonly string[] Prefixes = ["OTEL_", "DOTNET_", "ASPNETCORE_"];

    private static readonly string[] Names = ["PathBase", .. Sections, .. FrameworkNames];

    // What other programs call it.
    private static readonly string[] AddressNames = ["port", "host", "bind", "listen", "address", "url"];

    /// <summary>Answers what isn't a request for a server.</summary>
    /// <returns>The exit code of the program; null when a server is to be started.</returns>
    public static int? Answer(string[] arguments, TextWriter output, TextWriter errors)
    {
        if (KeyCommand.Is(arguments)) return KeyCommand.Run(arguments, output, errors);
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?" or "/?")) output.WriteLine(Usage);
        else if (arguments.Contains("--version")) output.WriteLine(Version);
        else return null;
        return 0;
    }

    /// <summary>Refuses arguments that aren't settings.</summary>
    /// <exception cref="SettingException">The message names the argument, and the setting that is meant.</exception>
    public static void Check(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var dashes = argument.StartsWith("--", StringComparison.Ordinal) ? 2 : argument.StartsWith('/') ? 1 : 0;
            var name = argument[dashes..].Split('=')[0];
            var root = name.Split(':')[0];
            if (dashes == 0 || root.Length == 0) throw new SettingException($"'{argument}' is no setting: write --NAME=VALUE, such as --urls=http://localhost:8001. See --help.");
            // Its value is the next argument.
            if (!argument.Contains('=', StringComparison.Ordinal)) i++;
            var isOthers = Array.Exists(Prefixes, prefix => root.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
            if (!isOthers && !Names.Contains(root, StringComparer.OrdinalIgnoreCase)) throw new SettingException($"--{name} is no setting; did you mean --{Meant(name, root)}? See --help.");
        }
    }

    /// <summary>Refuses environment variables whose name is nearly that of a section of ours.</summary>
    /// <exception cref="SettingException">The message names the variable that is meant.</exception>
    public static void CheckSections(IConfiguration configuration)
    {
        foreach (var section in configuration.GetChildren().Where(child => child.GetChildren().Any()))
        {
            var meant = Spelling.Closest(Names, section.Key);
            var isNear = Spelling.Distance(section.Key, meant) is 1 or 2 && section.Key.Length > 4;
            if (isNear && Sections.Contains(meant)) throw new SettingException($"{section.Key}__{section.GetChildren().First().Key} is no setting; did you mean {meant}__{section.GetChildren().First().Key}?");
        }
    }

    private static string Meant(string name, string root) =>
        AddressNames.Contains(root, StringComparer.OrdinalIgnoreCase) ? "urls=http://localhost:8001" : $"{Spelling.Closest(Names, root)}{name[root.Length..]}";

    private static string Version { get; } = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
