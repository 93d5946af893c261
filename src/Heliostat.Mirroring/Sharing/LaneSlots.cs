using System.Text;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Sharing;

/// <summary>
/// Which slot a lane is in: the same for every worker. Neighbouring partitions are in neighbouring slots, so that the partitions of one
/// topic spread evenly.
/// </summary>
/// <param name="count">How many slots a flow has; a further one, <see cref="Control"/>, is for what a flow has once.</param>
internal sealed class LaneSlots(int count)
{
    /// <summary>Slots of lanes: 0 to one less than this.</summary>
    public int Count => count;

    /// <summary>Who has this one looks after topics, configs, rules and heartbeats.</summary>
    public int Control => count;

    public int Of(TopicPartition lane) =>
        (int)(((Murmur2.Hash(Encoding.UTF8.GetBytes(lane.Topic)) & int.MaxValue) + (long)lane.Partition) % count);
}
