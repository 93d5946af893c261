using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// What this process knows of partitions that it lost without being able to commit: a source that was away for longer than the session
/// timeout takes the membership with it. When such a partition comes back, its lane goes on where the target had acknowledged everything,
/// not at the last commit.
/// <list type="bullet">
/// <item>A. Nothing is lost by it: all before a position kept here was acknowledged to this process by the target.</item>
/// <item>B. It is used only when the group still holds what this process committed last, or tried to: then nobody else got on, and nobody
/// set the offset by hand. Anything else that is committed wins.</item>
/// <item>C. It is used only for the same topic: ids are compared, and where the cluster has none it is not used.</item>
/// </list>
/// Shared by all streams of a process; thread-safe.
/// </summary>
internal sealed class KnownPositions
{
    private const long Nothing = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, Known> _known = [];

    /// <summary>
    /// The group holds <paramref name="committed"/> (null: nothing) for a partition whose lane is about to open; where it goes on instead,
    /// or null.
    /// </summary>
    public LanePosition? Resume(TopicPartition partition, long? committed, Guid topicId)
    {
        lock (_gate)
        {
            var before = _known.GetValueOrDefault(partition);
            var now = committed ?? Nothing;
            var ours = before?.Left is { } left && topicId != Guid.Empty && before.TopicId == topicId
                && (now == before.Committed || now == before.Attempted) && left.Offset > now;
            var further = ours ? before!.Left : null;
            _known[partition] = new Known { Committed = now, Attempted = now, TopicId = topicId, Left = further };
            return further;
        }
    }

    /// <summary>
    /// How far a topic of the name was mirrored that had another id, if the group holds nothing of the partition any more; null otherwise.
    /// </summary>
    public LanePosition? Former(TopicPartition partition, long? committed, Guid topicId)
    {
        lock (_gate)
        {
            return committed is null && _known.GetValueOrDefault(partition) is { Left: { } left } && left.Topics.Source != Guid.Empty
                && topicId != Guid.Empty && left.Topics.Source != topicId
                ? left : null;
        }
    }

    /// <summary>A commit is being asked for; its answer may be lost.</summary>
    public void Attempts(TopicPartition partition, long offset) => Change(partition, known => known with { Attempted = offset });

    /// <summary>The group holds <paramref name="offset"/> by our commit.</summary>
    public void Committed(TopicPartition partition, long offset) =>
        Change(partition, known => known with { Committed = offset, Attempted = offset });

    /// <summary>The lane is over; the target has acknowledged everything before <paramref name="position"/>.</summary>
    public void Left(TopicPartition partition, LanePosition position) => Change(partition, known => known with { Left = position });

    private void Change(TopicPartition partition, Func<Known, Known> change)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(partition, out var known))
            {
                _known[partition] = change(known);
            }
        }
    }

    private sealed record Known
    {
        public required long Committed { get; init; }

        public required long Attempted { get; init; }

        public required Guid TopicId { get; init; }

        public LanePosition? Left { get; init; }
    }
}
