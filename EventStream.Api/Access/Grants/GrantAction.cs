namespace EventStream.Api.Access.Grants;

/// <summary>What a grant allows on the streams that its pattern names.</summary>
internal enum GrantAction
{
    /// <summary>Watch a stream and read its history.</summary>
    Subscribe,

    /// <summary>Store events in a stream, or have them relayed to it.</summary>
    Publish,

    /// <summary>Ask an agent for something: run, stop, steer, approve.</summary>
    Command,

    /// <summary>Delete a session, and end what others began.</summary>
    Admin,
}
