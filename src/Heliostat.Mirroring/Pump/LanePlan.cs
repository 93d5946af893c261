using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>What was decided for one source partition.</summary>
/// <param name="Source">Where batches come from.</param>
/// <param name="TargetTopic">The topic they go to.</param>
/// <param name="TargetPartitions">Partitions of the target topic.</param>
/// <param name="ByKey">Records are placed by key hash; otherwise they keep the source's partition.</param>
/// <param name="MaxBatchBytes">The target topic's <c>max.message.bytes</c>: the largest batch it takes.</param>
internal sealed record LanePlan(TopicPartition Source, string TargetTopic, int TargetPartitions, bool ByKey, int MaxBatchBytes)
{
    /// <summary>The topics that the plan is about; empty where a cluster has no ids.</summary>
    public TopicIds Topics { get; init; }

    /// <summary>Where the target's log ended when it was looked where the lane starts; -1 when that is not known.</summary>
    public long TargetEnd { get; init; } = -1;

    /// <summary>What positions of the lane are marked with where a group holds them; null where another topic does.</summary>
    public PositionMark? Mark { get; init; }

    /// <summary>What batches are compressed with on the target; null for what each was compressed with.</summary>
    public CompressionCodec? Codec { get; init; }

    /// <summary>Records have the same offsets on the target as on the source.</summary>
    public bool KeepsOffsets { get; init; }

    /// <summary>What is done to its records, one by one; null where nothing is.</summary>
    public RecordRules? Rules { get; init; }

    /// <summary>How old records are to be when they go (<c>heliostat.delay</c>); zero for any age.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>When its records go (<c>heliostat.window</c>); null for at any time.</summary>
    public TimeWindows? Windows { get; init; }

    /// <summary>Where it ends (<c>heliostat.until</c>): an offset or a time; null where it does not.</summary>
    public LogBound? Until { get; init; }

    /// <summary>
    /// What was asked for of its records that is known from the head of a batch. Whether <see cref="Rules"/> open one is seen in its
    /// records.
    /// </summary>
    public IReadOnlyList<RecordPolicy> Policies =>
    [
        .. ByKey ? [new RecordPolicy.PlacesByKey()] : (RecordPolicy[])[],
        .. Codec is { } codec ? [new RecordPolicy.Recodes(codec)] : (RecordPolicy[])[],
    ];

    /// <summary>The one partition of the target that it goes to, unless <see cref="ByKey"/>.</summary>
    public TopicPartition Target => new(TargetTopic, Source.Partition);

    /// <summary>How many target partitions the lane writes to.</summary>
    public int Outlets => ByKey ? TargetPartitions : 1;

    /// <summary>
    /// The outlet of a record: by murmur2 of its key as Kafka's producer places it; records without a key follow their source partition,
    /// which keeps their order.
    /// </summary>
    public int Place(NullableSpan key) =>
        !ByKey ? 0
        : key.IsNull ? Source.Partition % TargetPartitions
        : Murmur2.Partition(key.Span, TargetPartitions);
}
