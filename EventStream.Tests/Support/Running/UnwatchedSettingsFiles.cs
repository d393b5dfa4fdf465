using System.Runtime.CompilerServices;

namespace EventStream.Tests.Support;

/// <summary>Keeps the tests' servers from watching their settings files: a machine allows a user only 128 watchers.</summary>
internal static class UnwatchedSettingsFiles
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
