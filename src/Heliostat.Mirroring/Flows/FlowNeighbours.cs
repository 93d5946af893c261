using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Flows;

/// <summary>What the flows of a file know of each other.</summary>
/// <param name="Aliases">Which clusters they lead from and to.</param>
/// <param name="Rings">Which of them has a topic that several would carry round.</param>
internal sealed record FlowNeighbours(ClusterAliases Aliases, TopicRings Rings);
