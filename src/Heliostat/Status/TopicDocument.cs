namespace Heliostat.Status;

/// <summary>One topic of a flow.</summary>
internal sealed record TopicDocument
{
    public required string Flow { get; init; }

    /// <summary>Its name on the source.</summary>
    public required string Topic { get; init; }

    /// <summary>Its name on the target; null while it is not known.</summary>
    public string? TargetTopic { get; init; }

    public required LaneCounts Lanes { get; init; }

    /// <summary>Of the lanes whose lag is known; null when it is of none.</summary>
    public long? LagRecords { get; init; }

    /// <summary>How long the worst lane's oldest record has waited, in seconds; null where that is of no lane known.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>When the source is expected to delete the first record that is not mirrored yet; null where nobody expects it.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public long Records { get; init; }

    public long Bytes { get; init; }
}

/// <summary>One lane: a source partition.</summary>
internal sealed record LaneDocument
{
    public required string Flow { get; init; }

    public required string Topic { get; init; }

    public required int Partition { get; init; }

    /// <summary>live, waiting, paused, failed, stopped.</summary>
    public required string State { get; init; }

    /// <summary>An operator wants it, or its flow, to stand still.</summary>
    public bool PausedByOperator { get; init; }

    /// <summary>Its topic on the target; null while it is not known.</summary>
    public string? TargetTopic { get; init; }

    /// <summary>The next source offset to mirror.</summary>
    public long? Position { get; init; }

    public long? SourceEnd { get; init; }

    public long? LagRecords { get; init; }

    /// <summary>How long the oldest record has waited that is not on the target, in seconds; 0 when nothing is behind.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>When the source is expected to delete what is to be mirrored next; null where nobody expects it.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>
    /// When what is to be mirrored next is old enough (<c>heliostat.delay</c>), or a window opens (<c>heliostat.window</c>); null while the
    /// lane does not wait for that.
    /// </summary>
    public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>It has mirrored all that it is to (<c>heliostat.until</c>).</summary>
    public bool Ended { get; init; }

    public long Records { get; init; }

    public long Bytes { get; init; }

    public long Batches { get; init; }

    /// <summary>Whether offsets are the same on both sides; null where that was not asked for, or the lane was never open.</summary>
    public string? Equality { get; init; }

    /// <summary>What is filled so that offsets are the same, and how long that takes, for people; null where nothing is.</summary>
    public string? Filling { get; init; }

    /// <summary>Why it stands still; null while it moves or could.</summary>
    public string? Cause { get; init; }

    /// <summary>When it is tried again; null where it is not, or does not stand still.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}
