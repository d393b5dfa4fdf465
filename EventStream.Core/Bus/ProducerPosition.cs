namespace EventStream.Bus;

/// <summary>Numbers the events that one producer sends to one stream, so that the bus recognises a repeated batch without looking up ids.</summary>
/// <param name="ProducerId">The producer: 1 to 64 letters, digits or hyphens.</param>
/// <param name="FirstSequence">The number of the batch's first event, from 1; the following events count up by one.</param>
public readonly record struct ProducerPosition(string ProducerId, long FirstSequence);
