namespace Heliostat.Broker.Logs;

/// <summary>What a partition remembers of a batch of an idempotent producer (BatchMetadata).</summary>
internal readonly record struct ProducedBatch(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    public int FirstSequence => Sequences.Decrement(LastSequence, OffsetDelta);

    public long FirstOffset => LastOffset - OffsetDelta;
}
