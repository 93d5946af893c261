using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Where lanes go and where they start: all that ways of mirroring do differently when lanes open. For one caller at a time.
/// </summary>
internal interface ILaneStarts
{
    /// <summary>
    /// What comes of lanes that are due, of each as soon as it is known. Who asks opens one before it asks for the next. A lane is left out
    /// whose place on the target does not stand and is looked after by somebody else, who wakes the opener then.
    /// </summary>
    IAsyncEnumerable<LaneOpening> FindAsync(IReadOnlyDictionary<TopicPartition, OwnedLane> due, CancellationToken ct);

    /// <summary>Stores where lanes are that are about to be closed and looked at anew.</summary>
    Task StoreAsync(IReadOnlyList<Lane> doubtful, CancellationToken ct);
}
