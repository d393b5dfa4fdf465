namespace EventStream.Api.Settings;

/// <summary>A setting can't work. The message names it and the fix.</summary>
internal sealed class SettingException(string message) : Exception(message);
