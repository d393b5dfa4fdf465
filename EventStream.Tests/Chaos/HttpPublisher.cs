using System.Net;
using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;

namespace EventStream.Tests.Chaos;

/// <summary>A publisher over HTTP: one POST after the other, each repeated with its event id until it is acknowledged.</summary>
internal sealed class HttpPublisher : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly string _name;
    private readonly StreamKey _session;
    private readonly Uri _address;
    private readonly TimeSpan _interval;
    private readonly string _padding;
    private readonly Ledger _ledger;
    private readonly Task _publishing;
    private long _number;
    private string _lastAnswer = "none";

    public HttpPublisher(string name, StreamKey session, Uri server, TimeSpan interval, ChaosStageOptions options, Ledger ledger)
    {
        (_name, _session, _address, _interval, _padding, _ledger) = (name, session, new Uri(server, $"/events/{session.Id}"), interval, new string('x', options.Padding), ledger);
        _publishing = PublishAsync();
    }

    /// <summary>Stops publishing, and returns when everything is acknowledged.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAny(_publishing, Task.Delay(Timeouts.Default, CancellationToken.None));
        if (!_publishing.IsCompleted) throw new TimeoutException($"{_name}/{_number} was never acknowledged; the last answer: {_lastAnswer}");
        await _publishing;
    }

    /// <summary>Publishes one more event after <see cref="StopAsync"/>, so that clients know that none follows.</summary>
    public async Task<NumberedEvent> PublishLastAsync()
    {
        await PublishOneAsync();
        return new NumberedEvent(_name, _number);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _givingUp.CancelAsync();
        await _publishing;
        _client.Dispose();
        _stopping.Dispose();
        _givingUp.Dispose();
    }

    private async Task PublishAsync()
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            while (true)
            {
                await PublishOneAsync();
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // StopAsync ended the wait.
        }
    }

    private async Task PublishOneAsync()
    {
        var numbered = new NumberedEvent(_name, ++_number);
        var body = $$"""{"event_id":"{{_name}}-{{_number}}","type":"{{NumberedEvent.Type}}","payload":{{numbered.ToPayload(_padding)}},"project_id":"{{ChaosStage.Project.Id}}"}""";
        while (!await IsAcknowledgedAsync(numbered, body)) await Task.Delay(RetryDelay, _givingUp.Token);
    }

    private async Task<bool> IsAcknowledgedAsync(NumberedEvent numbered, string body)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(_address, content, _givingUp.Token);
            var text = _lastAnswer = await answer.Content.ReadAsStringAsync(_givingUp.Token);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return false;
            if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"Publishing was answered {(int)answer.StatusCode}: {text}");
            using var receipt = JsonDocument.Parse(text);
            _ledger.Acknowledge(_session, numbered, receipt.RootElement.TryGetProperty("id", out var id) ? Cursor.Parse(id.GetString()!) : null);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !_givingUp.IsCancellationRequested))
        {
            // It is unknown whether the event is stored, so it is sent again.
            _lastAnswer = e.Message;
            return false;
        }
    }
}
