using EventStream.Dialects;
using EventStream.Listening;

namespace EventStream.Api.Streaming.Frames;

/// <summary>What subscribers miss who can be sent the same bytes: frames of a window from a number on, those that a filter lets through, in a dialect.</summary>
internal readonly record struct FrameSelection(long From, IDialect Dialect, EventFilter Filter);
