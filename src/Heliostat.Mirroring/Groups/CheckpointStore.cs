using Heliostat.Client;
using Heliostat.MirrorClient.Checkpoints;

namespace Heliostat.Mirroring.Groups;

/// <summary>The newest checkpoint of each group in each partition, written by this flow or read from its topic (<c>CheckpointStore</c>). One loop writes.</summary>
internal sealed class CheckpointStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<TopicPartition, Checkpoint>> _groups = [];

    public void Put(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(checkpoint.Group, out var partitions))
            {
                _groups[checkpoint.Group] = partitions = [];
            }

            partitions[checkpoint.TopicPartition] = checkpoint;
        }
    }

    /// <summary>Whether MirrorMaker 2 would write it (§5.4): the first, a group that went back, or one that gets further on the target.</summary>
    public bool IsNews(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            return !_groups.TryGetValue(checkpoint.Group, out var partitions)
                || !partitions.TryGetValue(checkpoint.TopicPartition, out var last)
                || checkpoint.UpstreamOffset < last.UpstreamOffset
                || checkpoint.DownstreamOffset > last.DownstreamOffset;
        }
    }

    /// <summary>A copy of all.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, Checkpoint>> All()
    {
        lock (_gate)
        {
            return _groups.ToDictionary(group => group.Key, group => (IReadOnlyDictionary<TopicPartition, Checkpoint>)new Dictionary<TopicPartition, Checkpoint>(group.Value));
        }
    }
}
