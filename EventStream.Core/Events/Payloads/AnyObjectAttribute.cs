namespace EventStream.Events.Payloads;

/// <summary>Marks a member whose value is a JSON object of any members, so that the schema can say so.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class AnyObjectAttribute : Attribute;
