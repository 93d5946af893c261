namespace Heliostat.Broker.Logs;

/// <summary>
/// What became of a batch that was looked at: why it is refused, or the bytes to be appended, which may not be those that came.
/// </summary>
internal readonly record struct ValidatedBatch(AppendResult? Refusal, Memory<byte> Batch)
{
    public static implicit operator ValidatedBatch(AppendResult refusal) => new(refusal, default);

    public static implicit operator ValidatedBatch(Memory<byte> batch) => new(null, batch);
}
