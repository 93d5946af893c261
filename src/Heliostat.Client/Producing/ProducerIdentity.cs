namespace Heliostat.Client.Producing;

/// <summary>A producer id and epoch: what a broker keeps sequences under, per partition (KIP-98).</summary>
internal readonly record struct ProducerIdentity(long ProducerId, short Epoch)
{
    /// <summary>Before InitProducerId was answered.</summary>
    public static readonly ProducerIdentity None = new(-1, -1);

    /// <summary>
    /// Of a cluster before 0.11, which gives out no producer ids: batches carry none, and one that is sent again may be stored twice.
    /// </summary>
    public static readonly ProducerIdentity Unnumbered = new(long.MaxValue, 0);

    public bool IsNone => ProducerId < 0;

    /// <summary>Brokers are told of no producer id, and keep no sequences.</summary>
    public bool IsUnnumbered => ProducerId == Unnumbered.ProducerId;

    /// <summary>
    /// The next epoch, which fences this one; <see cref="None"/> when epochs are used up and a new id is needed (KIP-360).
    /// </summary>
    public ProducerIdentity Next() => Epoch == short.MaxValue || IsNone ? None : this with { Epoch = (short)(Epoch + 1) };

    /// <summary>
    /// The sequence that follows <paramref name="count"/> records from <paramref name="sequence"/>: 2^31-1 is followed by 0.
    /// </summary>
    public static int Advance(int sequence, int count) => (int)((sequence + (long)count) & int.MaxValue);
}
