using System.Collections.Concurrent;
using System.Globalization;

namespace Heliostat.Metrics;

/// <summary>
/// The labels of topics and lanes, rendered when they are first seen, and kept as long as not too many of them were. Thread-safe.
/// </summary>
internal sealed class Labels
{
    /// <summary>Topics come and go: beyond it all are rendered anew.</summary>
    private const int MostKept = 100_000;

    private readonly ConcurrentDictionary<(string Flow, string Topic, int Partition), byte[]> _kept = new();

    public byte[] Topic(string flow, string topic) =>
        Kept((flow, topic, -1), static key => LabelText.Render(("flow", key.Flow), ("topic", key.Topic)));

    public byte[] Lane(string flow, string topic, int partition) => Kept(
        (flow, topic, partition),
        static key => LabelText.Render(("flow", key.Flow), ("topic", key.Topic),
            ("partition", key.Partition.ToString(CultureInfo.InvariantCulture))));

    private byte[] Kept((string, string, int) key, Func<(string Flow, string Topic, int Partition), byte[]> render)
    {
        if (_kept.Count > MostKept && !_kept.ContainsKey(key))
        {
            _kept.Clear();
        }

        return _kept.GetOrAdd(key, render);
    }
}
