namespace EventStream.Api.Problems;

/// <summary>A body, or a line of one, took longer than it may. The message names the setting.</summary>
internal sealed class LateBodyException(string message) : BadHttpRequestException(message, StatusCodes.Status408RequestTimeout);
