using System.Collections.Concurrent;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// What all lanes that a flow ever had have delivered, for as long as the process runs: its counters never go back, whatever is closed
/// meanwhile. Thread-safe.
/// </summary>
internal sealed class LaneBook
{
    private readonly ConcurrentDictionary<TopicPartition, LaneCounters> _lanes = new();

    /// <summary>How long it took.</summary>
    public FlowLatencies Latencies { get; } = new();

    /// <summary>The same counters each time.</summary>
    public LaneCounters Of(TopicPartition partition) =>
        _lanes.GetOrAdd(partition, static (_, latencies) => new LaneCounters(latencies), Latencies);

    /// <summary>Each partition that ever had a lane.</summary>
    public IEnumerable<KeyValuePair<TopicPartition, LaneCounters>> All => _lanes;

    /// <summary>All of it together.</summary>
    public (long Records, long Bytes) Delivered
    {
        get
        {
            var (records, bytes) = (0L, 0L);
            foreach (var (_, lane) in _lanes)
            {
                records += lane.Records;
                bytes += lane.Bytes;
            }

            return (records, bytes);
        }
    }
}
