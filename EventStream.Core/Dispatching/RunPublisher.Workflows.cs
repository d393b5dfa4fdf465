using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Dispatching;

public readonly partial record struct RunPublisher
{
    /// <summary>A workflow begins.</summary>
    public ValueTask WorkflowStartedAsync(string workflow, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowStarted { Workflow = workflow, RunId = RunId }, cancellationToken);

    /// <summary>A step of a workflow begins.</summary>
    public ValueTask WorkflowStepStartedAsync(string stepId, string description, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowStepStarted { RunId = RunId, StepId = stepId, Description = description }, cancellationToken);

    /// <summary>A step of a workflow is done.</summary>
    public ValueTask WorkflowStepCompletedAsync(string stepId, object? output, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowStepCompleted { RunId = RunId, StepId = stepId, Output = EventJson.OptionalElement(output) }, cancellationToken);

    /// <summary>A workflow goes from one step to another.</summary>
    public ValueTask WorkflowTransitionAsync(string fromStep, string toStep, string reason, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowTransition { RunId = RunId, FromStep = fromStep, ToStep = toStep, Reason = reason }, cancellationToken);

    /// <summary>A workflow is done.</summary>
    public ValueTask WorkflowCompletedAsync(object? result, CancellationToken cancellationToken = default) =>
        PublishAsync(new WorkflowCompleted { RunId = RunId, Result = EventJson.Element(result ?? EventJson.NoMembers) }, cancellationToken);
}
