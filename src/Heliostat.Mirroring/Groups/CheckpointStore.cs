using Heliostat.MirrorClient.Checkpoints;

namespace Heliostat.Mirroring.Groups;

/// <summary>
/// The newest checkpoint of each group in each partition, written by this flow or read from its topic (<c>CheckpointStore</c>). One loop
/// writes.
/// </summary>
internal sealed class CheckpointStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<TopicPartition, Checkpoint>> _groups = [];
    private IReadOnlyList<CheckpointTime> _times = [];
    private IReadOnlyDictionary<string, Checkpoint[]> _followed = new Dictionary<string, Checkpoint[]>();

    /// <summary>
    /// How long each took that was written, as <see cref="Written"/> was told; those of whom is not followed any more are gone.
    /// </summary>
    public IReadOnlyList<CheckpointTime> Times => Volatile.Read(ref _times);

    /// <summary>The topic has <paramref name="news"/>, which took so long.</summary>
    public void Written(IReadOnlyList<Checkpoint> news, TimeSpan took)
    {
        foreach (var checkpoint in news)
        {
            Put(checkpoint);
        }

        lock (_gate)
        {
            var followed = _followed.Values.SelectMany(group => group).Select(Key).ToHashSet();
            var written = news.Select(Key).ToHashSet();
            _times =
            [
                .. _times.Where(time => (time.Group, time.TargetTopic, time.Partition) is var key
                    && followed.Contains(key) && !written.Contains(key)),
                .. written.Select(key => new CheckpointTime(key.Group, key.Topic, key.Partition, took)),
            ];
        }
    }

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

    /// <summary>Whether MirrorMaker 2 would write it: the first, a group that went back, or one that gets further on the target.</summary>
    public bool IsNews(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            return Last(checkpoint) is not { } last || IsNews(checkpoint, last);
        }
    }

    /// <summary>
    /// Where groups stand <paramref name="now"/>, written or not: who is not among them was deleted, or is not followed any more.
    /// </summary>
    public void Follow(IEnumerable<Checkpoint> now)
    {
        lock (_gate)
        {
            _followed = now.GroupBy(checkpoint => checkpoint.Group).ToDictionary(group => group.Key,
                group => group
                    .Select(checkpoint => Last(checkpoint) is { } last && !IsNews(checkpoint, last) ? last : checkpoint).ToArray());
        }
    }

    /// <summary>The newest of groups and partitions that are followed now.</summary>
    public IReadOnlyDictionary<string, Checkpoint[]> Followed()
    {
        lock (_gate)
        {
            return _followed;
        }
    }

    /// <summary>A copy of all.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, Checkpoint>> All()
    {
        lock (_gate)
        {
            return _groups.ToDictionary(group => group.Key,
                group => (IReadOnlyDictionary<TopicPartition, Checkpoint>)new Dictionary<TopicPartition, Checkpoint>(group.Value));
        }
    }

    private static (string Group, string Topic, int Partition) Key(Checkpoint checkpoint) =>
        (checkpoint.Group, checkpoint.TopicPartition.Topic, checkpoint.TopicPartition.Partition);

    private static bool IsNews(Checkpoint checkpoint, Checkpoint last) =>
        checkpoint.UpstreamOffset < last.UpstreamOffset || checkpoint.DownstreamOffset > last.DownstreamOffset;

    private Checkpoint? Last(Checkpoint checkpoint) =>
        _groups.GetValueOrDefault(checkpoint.Group)?.GetValueOrDefault(checkpoint.TopicPartition);
}
