using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EventStream.Dispatching;

namespace EventStream.Extensions.AI.Telling;

/// <summary>
/// The tool calls that a dispatcher's chats made last. A call may begin in one request to a model and get its result in the next, so what was told of it outlives
/// the request: each call and each result is told once, wherever in the pipeline they are seen.
/// </summary>
internal sealed class CallLog
{
    // The calls of some thousand runs; of older ones a result is told under the provider's id.
    public const int MaxCalls = 10_000;

    private static readonly ConditionalWeakTable<EventDispatcher, CallLog> Logs = [];

    private readonly Lock _lock = new();
    private readonly Dictionary<(string SessionId, string Given), List<KnownCall>> _calls = [];
    private readonly Queue<(string SessionId, string Given)> _age = new();

    public static CallLog Of(RunPublisher run) => Logs.GetOrCreateValue(run.Dispatcher);

    /// <summary>Notes that a call begins.</summary>
    /// <returns>The call, and whether it is new, or known with other arguments.</returns>
    public (KnownCall Call, bool IsNew, bool IsChanged) Begin(RunPublisher run, string given, string name, JsonElement args)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonMarshal.GetRawUtf8Value(args)).AsSpan(0, 16));
        lock (_lock)
        {
            var key = (run.SessionId, given);
            if (given.Length > 0 && FindNeedsLock(run, given) is { HasResult: false } known && known.RunId == run.RunId && known.Name == name)
            {
                var isChanged = known.Args != digest;
                known.Args = digest;
                return (known, false, isChanged);
            }
            if (!_calls.TryGetValue(key, out var calls)) _calls[key] = calls = [];
            var call = given.Length is 0 or > 200 || calls.Count > 0 ? New(given, run.RunId, name) : new KnownCall(given, null, run.RunId, name);
            call.Args = digest;
            calls.Add(call);
            _age.Enqueue(key);
            if (_age.Count > MaxCalls) ForgetOldestNeedsLock();
            return (call, true, false);
        }
    }

    /// <summary>The call that a result, or an approval, is about: that of the run, else the newest open one of the session; null when it isn't known.</summary>
    public KnownCall? Find(RunPublisher run, string given)
    {
        lock (_lock) return FindNeedsLock(run, given);
    }

    private KnownCall? FindNeedsLock(RunPublisher run, string given)
    {
        if (!_calls.TryGetValue((run.SessionId, given), out var calls)) return null;
        // Without ids the results come in the order of the calls.
        return given.Length == 0
            ? calls.Find(call => call.RunId == run.RunId && !call.HasResult)
            : calls.FindLast(call => call.RunId == run.RunId) ?? calls.FindLast(call => !call.HasResult);
    }

    private void ForgetOldestNeedsLock()
    {
        var key = _age.Dequeue();
        _calls[key].RemoveAt(0);
        if (_calls[key].Count == 0) _calls.Remove(key);
    }

    private static KnownCall New(string given, string runId, string name)
    {
        if (given.Length is 0 or > 200) return new KnownCall($"call_{Guid.CreateVersion7():N}", given.Length == 0 ? null : given[..Math.Min(given.Length, 200)], runId, name);
        return new KnownCall($"{given}~{Guid.NewGuid().ToString("N")[..8]}", given, runId, name);
    }
}
