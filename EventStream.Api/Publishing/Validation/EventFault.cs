namespace EventStream.Api.Publishing.Validation;

/// <summary>What is wrong with an event by the catalogue, though it can be stored.</summary>
/// <param name="Pointer">A JSON pointer to the member; of several events it begins with the event's place in the request.</param>
/// <param name="Message">The rest of a sentence that begins with the pointer.</param>
internal readonly record struct EventFault(string Pointer, string Message);
