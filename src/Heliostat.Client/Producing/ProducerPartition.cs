namespace Heliostat.Client.Producing;

/// <summary>One target partition of a <see cref="Producer"/>. Thread-safe; batches go in the order in which they are enqueued.</summary>
public sealed class ProducerPartition
{
    internal ProducerPartition(TopicPartition target)
    {
        Target = target;
    }

    public TopicPartition Target { get; }

    /// <summary>Bytes of the batches that are not acknowledged: unsent and in flight.</summary>
    public long QueuedBytes => throw new NotSupportedException();

    /// <summary>Takes the batch over and never waits. Dropped when the partition is halted or closed, or the producer drains.</summary>
    public void Enqueue(in ProduceBatch batch) => throw new NotSupportedException();

    /// <summary>Drops the batches that were never sent. Returns the source offset of the first of them, or -1 when there was none.</summary>
    public long DropUnsent() => throw new NotSupportedException();

    /// <summary>Takes batches again after <see cref="IProduceSink.Refused"/>: the next one follows the last that was acknowledged.</summary>
    public void Restart() => throw new NotSupportedException();

    public ProducerPartitionSnapshot Snapshot() => throw new NotSupportedException();
}
