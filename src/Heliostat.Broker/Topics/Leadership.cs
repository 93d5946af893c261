namespace Heliostat.Broker.Topics;

/// <summary>Who has a partition and who leads it; replaced as a whole.</summary>
/// <param name="Leader">The leading broker; -1 when no replica is up.</param>
/// <param name="LeaderEpoch">Goes up with every change of leader.</param>
/// <param name="Replicas">The brokers that have it; the first is preferred.</param>
/// <param name="Isr">Those of them that are up.</param>
internal sealed record Leadership(int Leader, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> Isr)
{
    public const int NoLeader = -1;

    /// <summary>Replicas whose storage is lost.</summary>
    public IReadOnlyList<int> Offline { get; init; } = [];
}
