using EventStream.Api.Access;
using EventStream.Api.Access.Audit;
using EventStream.Api.Access.Limits;
using EventStream.Api.Agents;
using EventStream.Bus;
using EventStream.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Problems;

/// <summary>Turns what a handler throws about its input or the bus into a problem; everything else is a defect and stays one.</summary>
internal sealed class ProblemFilter(AuditLog audit) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            MistypedQuery.Refuse(context.HttpContext);
            return await next(context);
        }
        catch (EventRejectedException e)
        {
            if (e.IsDenied) audit.Refused(context.HttpContext);
            return ProblemResults.Rejected(e);
        }
        catch (AccessDeniedException e)
        {
            audit.Refused(context.HttpContext);
            return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, title: e.Message);
        }
        catch (CallerEndedException e)
        {
            audit.Refused(context.HttpContext);
            return ProblemResults.CallerEnded(context.HttpContext, e);
        }
        catch (LimitExceededException e)
        {
            return ProblemResults.LimitExceeded(context.HttpContext, e);
        }
        catch (RunNotFoundException e)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: e.Message);
        }
        catch (RunConflictException e)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Unreadable(context.HttpContext, e);
        }
        catch (NodeBusyException e)
        {
            return ProblemResults.Busy(context.HttpContext, e);
        }
        catch (BusUnavailableException e)
        {
            return ProblemResults.Unavailable(context.HttpContext, e);
        }
    }

    private static ProblemHttpResult Unreadable(HttpContext context, BadHttpRequestException e)
    {
        // Nothing that follows on this connection can be told from the rest of the body.
        context.Response.Headers.Connection = "close";
        return ProblemResults.Unreadable(e);
    }
}
