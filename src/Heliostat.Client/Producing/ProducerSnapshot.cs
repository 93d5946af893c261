namespace Heliostat.Client.Producing;

/// <summary>What a <see cref="Producer"/> has done so far.</summary>
public readonly record struct ProducerSnapshot
{
    /// <summary>Produce requests sent.</summary>
    public long Requests { get; init; }

    /// <summary>Batches acknowledged.</summary>
    public long Batches { get; init; }

    /// <summary>Records acknowledged.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of batches acknowledged.</summary>
    public long Bytes { get; init; }

    /// <summary>Batches sent again.</summary>
    public long Retries { get; init; }

    /// <summary>Partitions that had to begin a new epoch (KIP-360).</summary>
    public long EpochBumps { get; init; }

    /// <summary>Batches that the target refused.</summary>
    public long Refusals { get; init; }

    /// <summary>Times that batches were, or may have been, stored twice because a leader forgot this producer.</summary>
    public long Doubled { get; init; }

    /// <summary>Times that another producer was found to write to the same partitions.</summary>
    public long Foreign { get; init; }

    /// <summary>The newest error; NONE before the first.</summary>
    public ErrorCode LastError { get; init; }

    /// <summary>Whose it was and what happened.</summary>
    public string? LastErrorMessage { get; init; }
}
