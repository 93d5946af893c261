using System.Text;
using Heliostat.Configuration.Options;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Sharing;

/// <summary>
/// Which slot a lane is in: the same for every worker. Neighbouring partitions are in neighbouring slots, so that the partitions of one
/// topic spread evenly.
/// </summary>
/// <param name="count">How many slots a flow has; a further one, <see cref="Control"/>, is for what a flow has once. 0: there is that one
/// alone.</param>
internal sealed class LaneSlots(int count)
{
    /// <summary>The slots of a flow. Under exactly-once one worker has all.</summary>
    public static LaneSlots For(WorkerOptions worker) =>
        new(worker.ExactlyOnce == ExactlyOnceSourceSupport.Enabled ? 0 : worker.Slots);

    /// <summary>Slots of lanes: 0 to one less than this.</summary>
    public int Count => count;

    /// <summary>Who has this one looks after topics, configs, rules and heartbeats.</summary>
    public int Control => count;

    /// <summary>The flow is not shared out: who has it has all of it.</summary>
    public bool IsWhole => count == 0;

    public int Of(TopicPartition lane) => IsWhole ? Control :
        (int)(((Murmur2.Hash(Encoding.UTF8.GetBytes(lane.Topic)) & int.MaxValue) + (long)lane.Partition) % count);
}
