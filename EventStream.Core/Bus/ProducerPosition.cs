namespace EventStream.Bus;

/// <summary>Numbers the events that one producer sends to one stream, so that a repeated batch is recognised without looking up ids.</summary>
/// <param name="ProducerId">The producer: 1 to 64 letters, digits or hyphens.</param>
/// <param name="FirstSequence">The number of the batch's first event; the others follow by one. Starts at 1.</param>
public readonly record struct ProducerPosition(string ProducerId, long FirstSequence);
