namespace Heliostat.Client.Producing;

/// <summary>How a <see cref="ProducerPartition"/> stood when asked.</summary>
/// <param name="Status">What it does.</param>
/// <param name="Cause">The error behind <see cref="ProducerPartitionStatus.BackingOff"/> or <see cref="ProducerPartitionStatus.Halted"/>;
/// else NONE.</param>
/// <param name="Message">The cause in words, where there are any.</param>
/// <param name="RetryAt">When a backing-off partition tries again, as <see cref="TimeProvider.GetTimestamp"/> counts; 0 when it waits for a
/// leader.</param>
/// <param name="QueuedBatches">Batches not acknowledged.</param>
/// <param name="QueuedBytes">Their bytes.</param>
public readonly record struct ProducerPartitionSnapshot(
    ProducerPartitionStatus Status, ErrorCode Cause, string? Message, long RetryAt, int QueuedBatches, long QueuedBytes)
{
    /// <summary>Why it does not get on, in one sentence; null when nothing failed lately.</summary>
    public string? Trouble => Cause == ErrorCode.None ? null : Message ?? Cause.Name();
}
