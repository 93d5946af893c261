namespace Heliostat.Mirroring.Ownership;

/// <summary>Has lanes for as long as they are its own. Calls for one partition never overlap.</summary>
internal interface ILaneHolder
{
    /// <summary>All that it has.</summary>
    IReadOnlyList<TopicPartition> Owned { get; }

    /// <summary>These are its own from now on.</summary>
    void Own(IEnumerable<TopicPartition> partitions);

    /// <summary>
    /// Gives these up: lets acknowledgements in, stores what was reached, closes the lanes. Until it returns they are still its own;
    /// <paramref name="ct"/> is cancelled when that is over.
    /// </summary>
    Task RevokeAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken ct);

    /// <summary>These may be another's already: closes the lanes, and stores nothing.</summary>
    Task LoseAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken ct);
}
