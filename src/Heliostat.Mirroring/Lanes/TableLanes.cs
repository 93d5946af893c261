using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Lanes;

/// <summary>The lanes of a table at one moment.</summary>
/// <param name="Open">Those that are open: the same list as long as they are the same lanes.</param>
/// <param name="Troubles">Owned partitions that cannot be opened now, with the cause; none of them is open.</param>
/// <param name="Count">All partitions that are owned.</param>
internal readonly record struct TableLanes(IReadOnlyList<Lane> Open, IReadOnlyList<KeyValuePair<TopicPartition, Trouble>> Troubles,
    int Count);
