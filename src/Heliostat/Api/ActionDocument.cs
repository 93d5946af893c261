namespace Heliostat.Api;

/// <summary>What was done because somebody asked for it, or would be.</summary>
/// <param name="Action">pause, resume, restart, throttle, position, skip.</param>
/// <param name="What">The flow, topic or lane: <c>A->B/orders/3</c>.</param>
/// <param name="Lanes">How many lanes it is about.</param>
internal sealed record ActionDocument(string Action, string What, int Lanes)
{
    /// <summary>Only asked for: nothing was done.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Nothing of it is in flight any more, and its positions are stored; false where that took too long: it stands still, or goes on
    /// there, all the same.
    /// </summary>
    public bool? Settled { get; init; }

    public string? Reason { get; init; }

    /// <summary>What it may take from now on; absent where that is as much as it can, or nothing of the kind was asked.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>The next source offset before; absent where nothing of the kind was asked, as those below.</summary>
    public long? From { get; init; }

    /// <summary>The next source offset now.</summary>
    public long? To { get; init; }

    /// <summary>Source offsets that are passed over.</summary>
    public long? Skipped { get; init; }

    /// <summary>Source offsets that are mirrored once more.</summary>
    public long? Repeated { get; init; }

    /// <summary>When it is undone by itself.</summary>
    public DateTimeOffset? Until { get; init; }
}
