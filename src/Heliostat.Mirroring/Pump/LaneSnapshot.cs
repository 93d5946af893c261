using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>One lane at one moment; <paramref name="SourceEnd"/> is -1 while it is not known.</summary>
internal readonly record struct LaneSnapshot(TopicPartition Source, LaneStatus Status, Trouble? Pause, long Position, long SourceEnd)
{
    /// <summary>The next source offset that was not taken in.</summary>
    public long Taken { get; init; }

    /// <summary>Since when the source has what is to be mirrored next; null where nothing is, or no end was heard of yet.</summary>
    public DateTimeOffset? BehindSince { get; init; }

    /// <summary>Nothing is in flight.</summary>
    public bool IsSettled { get; init; }

    /// <summary>The target topic's limit is to be looked up.</summary>
    public bool WantsLimit { get; init; }

    /// <summary>Configs of the target's topic that it waits for.</summary>
    public IReadOnlyList<string> WaitsFor { get; init; } = [];

    /// <summary>It is to be closed, and its logs are to be looked at.</summary>
    public bool WantsCheck { get; init; }

    /// <summary>Where the open transaction begins that it waits for, while nobody knows whose it is.</summary>
    public long? HeldAt { get; init; }

    /// <summary>Since when it waits for that.</summary>
    public DateTimeOffset HeldSince { get; init; }

    /// <summary>An operator wants it to stand still.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>When the batch may go that it waits for to be old enough; null while it waits for none.</summary>
    public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>It has taken in all that it is to mirror (<c>heliostat.until</c>).</summary>
    public bool HasEnded { get; init; }

    /// <summary>For whose transaction on the source it waits; null while it does not, or not for long.</summary>
    public Trouble? Hold { get; init; }

    /// <summary>Why it stands still, whosever fault it is; null while it moves or could.</summary>
    public Trouble? StandsFor => Pause ?? Hold;

    /// <summary>Offsets not yet on the target; null when the source's end is not known.</summary>
    public long? Lag => SourceEnd < 0 ? null : Math.Max(0, SourceEnd - Position);
}
