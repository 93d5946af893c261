using Heliostat.Client.Producing;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// The exact offset map of a lane whose positions are not on the target: in memory, from the first record that this process mirrored on.
/// </summary>
internal sealed class LaneMap(TopicPartition source, bool byKey) : ILaneObserver
{
    private readonly LaneOffsets _offsets = new(new OffsetMap(source), source, stored: null, isTold: false);
    private long _first = -1;

    public void Stored(in ProduceBatch batch, long baseOffset)
    {
        // Records placed by key have no common order on the target.
        if (byKey)
        {
            return;
        }

        if (_first < 0)
        {
            Volatile.Write(ref _first, batch.FirstSourceOffset);
        }

        // A broker that knows a batch as a duplicate may not say where it stands: not before the end of all before it.
        _offsets.Stored(batch, baseOffset < 0 ? _offsets.Map.EndTarget : baseOffset);
    }

    /// <summary>
    /// The target offset of the first mirrored record at or after <paramref name="offset"/>, or behind the last one when the lane is at
    /// <paramref name="position"/> and has passed the offset. Null when it cannot be told: not mirrored yet, or from before this map.
    /// </summary>
    public long? ToTarget(long offset, long position)
    {
        var first = Volatile.Read(ref _first);
        return first < 0 || offset < first || offset > position ? null : _offsets.Map.ToTarget(offset)?.Offset;
    }
}
