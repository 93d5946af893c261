using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Positions;

namespace Heliostat.Mirroring.Flows;

/// <summary>Where all workers of a flow are, as they store it: what others left is known at once when their lanes are taken over.</summary>
internal sealed class StoredView : IAsyncDisposable
{
    /// <summary>Begins to read.</summary>
    /// <param name="topics">Follows nothing yet.</param>
    /// <param name="names">Of the flow's topics.</param>
    /// <param name="positions">Takes in positions; has read nothing yet.</param>
    public StoredView(FollowedTopics topics, FlowTopicNames names, PositionTopic positions)
    {
        (Topics, Positions) = (topics, positions);
        topics.Follow(names.Positions.Name, record => Positions.Take(record.Key, record.Value, record.Value is null));
        topics.Follow(names.OffsetMap.Name, record => Maps.Add(record.Key, record.Value));
    }

    public FollowedTopics Topics { get; }

    public PositionTopic Positions { get; }

    public OffsetMapLoader Maps { get; } = new();

    public ValueTask DisposeAsync() => Topics.DisposeAsync();
}
