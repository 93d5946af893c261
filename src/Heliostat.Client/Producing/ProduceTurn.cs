namespace Heliostat.Client.Producing;

/// <summary>A batch whose turn it is to be sent, with what its header and its request must say.</summary>
internal readonly record struct ProduceTurn(Memory<byte> Bytes, ProducerIdentity Identity, int Sequence, bool Again)
{
    /// <summary>The id of its topic, empty where the cluster has none.</summary>
    public Guid TopicId { get; init; }

    /// <summary>The epoch of its leader, where it is <see cref="ProduceTake.Look"/>.</summary>
    public int LeaderEpoch { get; init; }

    /// <summary>When the turn comes, in timestamps of the clock, where it is <see cref="ProduceTake.Later"/>.</summary>
    public long RetryAt { get; init; }
}
