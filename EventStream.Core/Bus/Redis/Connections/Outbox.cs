using System.Buffers;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Connections;

/// <summary>Commands on their way to a node. What comes while a thread sends is sent by that thread, in one write.</summary>
/// <param name="socket">Takes the bytes.</param>
/// <param name="answers">Takes the answers.</param>
/// <param name="failed">Called when sending fails: half a command may have been sent.</param>
internal sealed class Outbox(NodeSocket socket, PendingAnswers answers, Action failed) : IThreadPoolWorkItem
{
    private const int KeptBytes = 1024 * 1024;

    // Then another thread goes on, so that a caller isn't kept for the commands of others.
    private const int MostWritesOfACaller = 16;

    private readonly Lock _lock = new();
    private ArrayBufferWriter<byte> _waiting = new(), _spare = new();
    private bool _isSending;

    /// <summary>Sends a command. Where the socket would keep the caller waiting, another thread sends it.</summary>
    /// <returns>Completes with the answer; fails once the connection has ended.</returns>
    public Task<RedisResult?> Send<T>(T command, Action<T, IBufferWriter<byte>> write)
    {
        Task<RedisResult?> answered;
        lock (_lock)
        {
            if (!answers.TryAdd(out answered)) return answered;
            write(command, _waiting);
            if (_isSending) return answered;
            _isSending = true;
        }
        SendWaiting(isCaller: true);
        return answered;
    }

    void IThreadPoolWorkItem.Execute() => SendWaiting(isCaller: false);

    private void SendWaiting(bool isCaller)
    {
        try
        {
            for (var writes = 0; TryTake(isCaller, writes, out var bytes); writes++)
            {
                socket.Write(bytes.WrittenSpan);
                GiveBack(bytes);
            }
        }
        catch (Exception)
        {
            failed();
        }
    }

    private bool TryTake(bool isCaller, int writes, out ArrayBufferWriter<byte> bytes)
    {
        lock (_lock)
        {
            bytes = _waiting;
            _isSending = bytes.WrittenCount > 0;
            if (!_isSending) return false;
            if (isCaller && (writes == MostWritesOfACaller || !socket.TakesAtOnce(bytes.WrittenCount)))
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return false;
            }
            _waiting = _spare;
            return true;
        }
    }

    private void GiveBack(ArrayBufferWriter<byte> bytes)
    {
        bytes.ResetWrittenCount();
        // A long command made it grow; that memory isn't kept.
        _spare = bytes.Capacity <= KeptBytes ? bytes : new ArrayBufferWriter<byte>();
    }
}
