namespace Heliostat.Client.Producing;

/// <summary>Where one partition stands in its producer's transactions; behind the partition's lock.</summary>
internal struct TransactionMembership
{
    /// <summary>The gate's period in which it asked to be added.</summary>
    public long Asked;

    /// <summary>The number of the transaction that it is in, or was in last.</summary>
    public long Joined;

    /// <summary>In that one it has sent a batch, or needs to no more.</summary>
    public bool HasSent;
}
