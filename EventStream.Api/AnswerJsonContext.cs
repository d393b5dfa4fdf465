using System.Text.Json.Serialization;
using EventStream.Api.Access.Tickets;
using EventStream.Api.Agents;
using EventStream.Api.AiSdk;
using EventStream.Api.Health;
using EventStream.Api.Ingest;
using EventStream.Api.Inspector;
using EventStream.Api.Publishing;
using EventStream.Api.Publishing.Validation;
using EventStream.Sessions.Snapshots;

namespace EventStream.Api;

/// <summary>How answers are written, and described, by generated code: the native binary has no reflection for it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AskedRun))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(IngestAnswer[]))]
[JsonSerializable(typeof(List<EventFault>))]
[JsonSerializable(typeof(MadeTicket))]
[JsonSerializable(typeof(PublishReceipt[]))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SessionSnapshot))]
[JsonSerializable(typeof(StoppedRun))]
internal sealed partial class AnswerJsonContext : JsonSerializerContext;
