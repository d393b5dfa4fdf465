namespace EventStream.Api.Settings;

/// <summary>A setting is invalid. The message names it and the fix.</summary>
internal sealed class SettingException(string message) : Exception(message);
