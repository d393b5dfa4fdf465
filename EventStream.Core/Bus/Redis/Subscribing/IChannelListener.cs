namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Hears what is published on one channel. Calls come one at a time and hold up all other channels while they last; only pauses may come beside others.</summary>
internal interface IChannelListener
{
    /// <summary>Something was published.</summary>
    /// <param name="message">Its bytes, good during the call.</param>
    void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>Something was published that is too long to be read.</summary>
    void OnTooLong();

    /// <summary>All messages that arrived together were handed over.</summary>
    void OnPause();
}
