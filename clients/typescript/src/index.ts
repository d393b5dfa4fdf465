export type * from "./events.generated.js";
export { roles } from "./events.generated.js";
export * from "./guards.generated.js";
export { hasExpectedShape, isKnownType } from "./shape.js";
export {
  isErrorEvent,
  isEvent,
  isRunEndEvent,
  isUnknownEvent,
  parseEvent,
  type AgentEvent,
  type FamilyEvent,
  type KnownEvent,
  type UnknownEvent,
} from "./events.js";
export { StreamError, type Problem, type StreamErrorCode } from "./errors.js";
export type {
  ConnectionOptions,
  EventSourceLike,
  HeadersOption,
  StateChange,
  StreamOptions,
  StreamSource,
  StreamState,
  WhenFull,
} from "./options.js";
export { createEventStream, type EventStream } from "./stream.js";
export type { GetTicket } from "./ticket.js";
export { answerApproval, askAgent, newRunId, steerRun, stopRun, type AnswerOptions, type AskedRun, type AskOptions, type CommandOptions, type CommandReceipt, type SteerOptions, type StopOptions } from "./commands.js";
export { createPublisher, type NewEvent, type Publisher, type PublisherOptions, type PublishReceipt } from "./publisher.js";
export { loadHistory, type HistoryOptions, type HistoryPage } from "./history.js";
export { jsonOf, numberText } from "./wire.js";
export * from "./reducers/index.js";
