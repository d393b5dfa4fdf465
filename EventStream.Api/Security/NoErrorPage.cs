using Microsoft.AspNetCore.Diagnostics;

namespace EventStream.Api.Security;

/// <summary>Answers what goes wrong in Development as elsewhere: the framework's page repeats the request's headers and address, with the key or ticket in them. The log has the exception.</summary>
internal sealed class NoErrorPage : IDeveloperPageExceptionFilter
{
    public Task HandleExceptionAsync(ErrorContext errorContext, Func<ErrorContext, Task> next) =>
        TypedResults.Problem(statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(errorContext.HttpContext);
}
