using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>One record batch on its way to a target partition.</summary>
/// <param name="FrameOwned">What <paramref name="Bytes"/> lies in; whoever takes the batch over owes its disposal.</param>
/// <param name="Bytes">Exactly one batch of magic 2, one record for each of its offsets; its header may be rewritten in place.</param>
/// <param name="FirstSourceOffset">The source offset of its first record.</param>
/// <param name="NextSourceOffset">The source offset after all that it stands for.</param>
/// <param name="RecordCount">Its records: what the sequence advances by.</param>
/// <param name="EnqueuedAt">When it was handed over, as <see cref="TimeProvider.GetTimestamp"/> counts: the delivery timeout runs from
/// here.</param>
public readonly record struct ProduceBatch(
    Frame FrameOwned, Memory<byte> Bytes, long FirstSourceOffset, long NextSourceOffset, int RecordCount, long EnqueuedAt)
{
    /// <summary>Whatever its owner wants to have back with the answer.</summary>
    public object? Note { get; init; }
}
