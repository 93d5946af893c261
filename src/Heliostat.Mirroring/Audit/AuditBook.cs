using System.Collections.Concurrent;

namespace Heliostat.Mirroring.Audit;

/// <summary>What the background audit of a flow knows, lane by lane, whichever process does it. Thread-safe.</summary>
internal sealed class AuditBook
{
    private readonly ConcurrentDictionary<TopicPartition, AuditedLane> _lanes = [];

    /// <summary>In no order: whoever looks at a flow asks for them.</summary>
    public IReadOnlyList<AuditedLane> All => [.. _lanes.Values];

    /// <summary>What is known of a lane; null where it was never audited.</summary>
    public AuditedLane? Find(TopicPartition lane) => _lanes.GetValueOrDefault(lane);

    /// <summary>Takes in a record of the state topic; others than these are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (AuditedLane.LaneOf(key) is not { } lane)
        {
            return;
        }

        if (value is null)
        {
            _lanes.TryRemove(lane, out _);
        }
        else if (AuditedLane.Read(lane, value) is { } read)
        {
            Keep(read);
        }
    }

    /// <summary>Takes what is newer than what is known.</summary>
    public void Keep(AuditedLane lane) => _lanes.AddOrUpdate(lane.Lane, lane, (_, known) => lane.Turn > known.Turn ? lane : known);
}
