using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace EventStream.Tests.Support;

/// <summary>What one server, or one meter factory, measures with one of its counters.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly HashSet<string> _tags = [];
    private long _sum;

    public Measurements(TestServer server, string counter) : this(server.Services.GetRequiredService<IMeterFactory>(), counter) { }

    public Measurements(IMeterFactory meters, string counter)
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name != counter || instrument.Meter.Scope != meters) return;
            MeterName = instrument.Meter.Name;
            self.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (_gate)
            {
                _sum += value;
                foreach (var tag in tags) _tags.Add($"{tag.Value}");
            }
        });
        _listener.Start();
    }

    /// <summary>The meter that the counter belongs to; null until the counter is made.</summary>
    public string? MeterName { get; private set; }

    public long Sum
    {
        get { lock (_gate) return _sum; }
    }

    /// <summary>Whether a measurement had a tag of this value.</summary>
    public bool HasTag(string value)
    {
        lock (_gate) return _tags.Contains(value);
    }

    public void Dispose() => _listener.Dispose();
}
