namespace Heliostat.Client.Fetching;

/// <summary>
/// What is remembered of a cursor on its way from broker to broker. Changed by <see cref="CursorPlacement"/> alone but for
/// <see cref="NeededBytes"/>, under the fetcher's gate.
/// </summary>
internal sealed class CursorPlace
{
    /// <summary>It was with a broker once.</summary>
    public bool WasPlaced { get; set; }

    /// <summary>It was with a broker, and since then its topic or partition was unknown for a while.</summary>
    public bool WasUnknown { get; set; }

    /// <summary>Failures in a row, for the back-off.</summary>
    public int Failures { get; set; }

    /// <summary>Metadata answers in a row that lacked it.</summary>
    public int Misses { get; set; }

    /// <summary>The newest of the metadata answers that lacked it, by version.</summary>
    public long MissedIn { get; set; }

    /// <summary>
    /// The size of the batch at the position where the broker cut it off (before Kafka 0.10.1), as its loop found; 0 where nothing was cut
    /// off.
    /// </summary>
    public int NeededBytes { get; set; }

    /// <summary>Not to be placed before this, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long RetryAt { get; set; }

    /// <summary>A nearer replica that the leader named (KIP-392); -1 for the leader itself.</summary>
    public int PreferredReplica { get; set; } = -1;

    /// <summary>When to ask the leader again.</summary>
    public long PreferredUntil { get; set; }
}
