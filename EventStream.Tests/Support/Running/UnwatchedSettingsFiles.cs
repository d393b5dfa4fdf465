using System.Runtime.CompilerServices;

namespace EventStream.Tests.Support;

/// <summary>Servers of the tests don't watch their settings files: a machine allows a user 128 watchers in all.</summary>
internal static class UnwatchedSettingsFiles
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
