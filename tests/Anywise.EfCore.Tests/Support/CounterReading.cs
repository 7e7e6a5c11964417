using System.Diagnostics.Metrics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>Adds up what a counter of Anywise counts in the flow that made this reading, so that tests beside it do not disturb.</summary>
public sealed class CounterReading : IDisposable
{
    private static readonly AsyncLocal<CounterReading?> OfThisFlow = new();
    private readonly MeterListener _listener = new();
    private readonly List<string> _counted = [];

    public CounterReading(string counter)
    {
        OfThisFlow.Value = this;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Anywise" && instrument.Name == counter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) => Add(measurement, tags));
        _listener.Start();
    }

    /// <summary>A line for each count: the number, then the tags.</summary>
    public IReadOnlyList<string> Counted => _counted;

    public void Dispose() => _listener.Dispose();

    private void Add(long measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (OfThisFlow.Value == this)
        {
            _counted.Add($"{measurement} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
        }
    }
}
