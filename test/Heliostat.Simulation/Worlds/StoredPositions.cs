using System.Text;
using System.Text.Json;
using Heliostat.Broker.Faults;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Simulation.Schedules;
using What = Heliostat.Simulation.Worlds.History.What;

namespace Heliostat.Simulation.Worlds;

/// <summary>
/// Looks at each position in the moment in which a mirror hands it to a cluster.
/// <list type="bullet">
/// <item>A. All that the source holds before it stands on the target, and was acknowledged there.</item>
/// <item>B. At the place that it names on the target stands something from before it, and behind that nothing from before it.</item>
/// </list>
/// What a log lost, deleted or forgot is judged at the end only; what a producer writes that is fenced is refused, and counts for nothing.
/// </summary>
internal sealed class StoredPositions
{
    private const string Note = "heliostat ";

    private readonly World _world;
    private readonly Schedule _schedule;
    private readonly string _mirror;
    private readonly Dictionary<int, Seen> _seen = [];

    /// <summary>The newest epoch in which somebody wrote as a producer.</summary>
    private readonly Dictionary<long, short> _epochs = [];

    /// <param name="world">Its clusters are listened to.</param>
    /// <param name="schedule">Says where positions are stored.</param>
    public StoredPositions(World world, Schedule schedule)
    {
        _world = world;
        _schedule = schedule;
        _mirror = MirrorProcess.TargetTopic(schedule.Way);
        world.Target.Faults.Intercept(ApiKey.Produce, request => Look(() => OfTopic((ProduceRequest)request.Body)));
        world.Source.Faults.Intercept(ApiKey.OffsetCommit, request => Look(() => OfGroup((OffsetCommitRequest)request.Body)));
    }

    /// <summary>How many were looked at.</summary>
    public int Count { get; private set; }

    /// <summary>The first that should not have been stored, in words; null: none.</summary>
    public string? Wrong { get; private set; }

    private static FaultAction? Look(Action look)
    {
        look();
        return null;
    }

    private void OfTopic(ProduceRequest request)
    {
        if (!_world.Target.HasTopic(MirrorProcess.OffsetsTopic))
        {
            return;
        }

        var id = _world.Target.TopicId(MirrorProcess.OffsetsTopic);
        foreach (var topic in request.TopicData)
        {
            var isOfPositions = topic.TopicId == id || topic.Name == MirrorProcess.OffsetsTopic;
            foreach (var partition in topic.PartitionData)
            {
                if (IsNewest(new RecordBatchHeader(partition.Records.Span)) && isOfPositions)
                {
                    OfBatches(partition.Records.Span);
                }
            }
        }
    }

    private bool IsNewest(RecordBatchHeader header)
    {
        var newest = _epochs.GetValueOrDefault(header.ProducerId, header.ProducerEpoch);
        _epochs[header.ProducerId] = Math.Max(newest, header.ProducerEpoch);
        return header.ProducerId < 0 || header.ProducerEpoch >= newest;
    }

    private void OfBatches(ReadOnlySpan<byte> batches)
    {
        using var buffer = new DecompressionBuffer();
        var walker = new BatchWalker(batches);
        while (walker.MoveNext())
        {
            for (var record = new RecordReader(walker.Current.Of(batches), buffer); record.MoveNext();)
            {
                using var key = JsonDocument.Parse(Encoding.UTF8.GetString(record.Key.Span));
                if (!record.Value.IsNull && key.RootElement[1].TryGetProperty("partition", out var partition))
                {
                    Stored(partition.GetInt32(), Encoding.UTF8.GetString(record.Value.Span));
                }
            }
        }
    }

    private void OfGroup(OffsetCommitRequest request)
    {
        foreach (var partition in request.Topics.SelectMany(topic => topic.Partitions))
        {
            if (partition.CommittedMetadata is { } note && note.StartsWith(Note, StringComparison.Ordinal))
            {
                Stored(partition.PartitionIndex, note[Note.Length..]);
            }
        }
    }

    private void Stored(int partition, string position)
    {
        using var json = JsonDocument.Parse(position);
        var next = json.RootElement.GetProperty("offset").GetInt64() + 1;
        var place = json.RootElement.TryGetProperty("target", out var target) ? target.GetInt64() : -1;
        Count++;
        if (Wrong is null && IsWhole(partition) && (PassesOver(partition, next) ?? Names(partition, next, place)) is { } wrong)
        {
            Wrong = $"partition {partition}: the position {position} was stored: {wrong}";
        }
    }

    private bool IsWhole(int partition) => !_world.History.HasAny(What.SourceMadeAnew, What.TargetDeleted)
        && !_world.History.Has(What.SourceCut, partition) && !_world.History.Has(What.TargetCut, partition);

    /// <summary>A.</summary>
    private string? PassesOver(int partition, long next)
    {
        var seen = SeenOf(partition);
        var missing = _world.History.Of(partition).Where(one => one.Value.Offset < next && !seen.Values.Contains(one.Key))
            .Select(one => one.Value.Words).ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var held = ReadLog.Read(_world.Source, World.Topic, partition, _schedule.ReadsCommitted).ToHashSet();
        return missing.Find(held.Contains) is { } passed ? $"'{passed}' is not on the target, or not acknowledged" : null;
    }

    /// <summary>
    /// B; twice there is what a target took again that forgot its producers, or that came late, and what retention took from the source
    /// cannot be compared: that is told.
    /// </summary>
    private string? Names(int partition, long next, long place)
    {
        if (place < 0 || _world.History.CameLate || _world.History.HasAny(What.TargetForgot))
        {
            return null;
        }

        var written = _world.History.Of(partition);
        var seen = SeenOf(partition);
        if (seen.At.TryGetValue(place, out var there) && written[there].Offset >= next)
        {
            return $"{there} stands at its place on the target";
        }

        var start = _world.Source.LogStartOffset(World.Topic, partition);
        var behind = seen.At.Where(one => one.Key > place && written[one.Value].Offset >= start && written[one.Value].Offset < next)
            .Select(one => one.Value).FirstOrDefault();
        return behind is null ? null : $"{behind} stands behind its place on the target";
    }

    /// <summary>What the target has acknowledged by now.</summary>
    private Seen SeenOf(int partition)
    {
        if (!_seen.TryGetValue(partition, out var seen))
        {
            _seen[partition] = seen = new Seen();
        }

        if (_world.IsOnTarget(_mirror, partition))
        {
            seen.End = ReadLog.ReadFrom(_world.Target, _mirror, partition, seen.End, (header, record) =>
            {
                if (!header.IsControl)
                {
                    var value = Encoding.ASCII.GetString(record.Value.Span);
                    seen.At[record.Offset] = value;
                    seen.Values.Add(value);
                }
            });
        }

        return seen;
    }

    private sealed class Seen
    {
        public long End { get; set; }

        public Dictionary<long, string> At { get; } = [];

        public HashSet<string> Values { get; } = [];
    }
}
