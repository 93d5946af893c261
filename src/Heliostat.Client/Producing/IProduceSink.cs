namespace Heliostat.Client.Producing;

/// <summary>
/// Who hears what became of a partition's batches. Calls come one at a time and in order per partition, without a lock held; they must be
/// quick and may call the partition.
/// </summary>
public interface IProduceSink
{
    /// <summary>
    /// The target holds <paramref name="batch"/>, and all enqueued before it. <paramref name="baseOffset"/> is the target offset of its
    /// first record, or -1 where the broker knew the batch as a duplicate but not where it stands. The frame is given back after the call.
    /// </summary>
    void Acknowledged(in ProduceBatch batch, long baseOffset);

    /// <summary>
    /// The target's log ended at <paramref name="end"/>, before what it had acknowledged: from there on that is lost. <see cref="Refused"/>
    /// follows.
    /// </summary>
    void Cut(long end)
    {
    }

    /// <summary>
    /// The target will not take the first batch that is not acknowledged. It and all behind it are dropped, nothing of the partition is in
    /// flight, and what is enqueued is dropped until <see cref="ProducerPartition.Restart"/>.
    /// </summary>
    void Refused(ErrorCode code, string? message);
}
