namespace Heliostat.Client.Metadata;

/// <summary>The newest <see cref="MetadataSnapshot"/> of a cluster, and who wants what in it. Topics are never created by asking.</summary>
public sealed class MetadataCache
{
    internal MetadataCache()
    {
    }

    public MetadataSnapshot Current => throw new NotSupportedException();

    /// <summary>Asks for every topic of the cluster from now on.</summary>
    public void TrackAll() => throw new NotSupportedException();

    /// <summary>Asks for these topics too from now on; topics nobody tracks are not asked for.</summary>
    public void Track(params IEnumerable<string> topics) => throw new NotSupportedException();

    /// <summary>These topics are no longer wanted.</summary>
    public void Untrack(params IEnumerable<string> topics) => throw new NotSupportedException();

    /// <summary>
    /// A snapshot asked for after this call began; callers share one request. Throws <see cref="Transport.KafkaConnectionException"/> when no broker answers
    /// within <see cref="ClientOptions.CallTimeout"/>.
    /// </summary>
    public ValueTask<MetadataSnapshot> RefreshAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>What is known proved wrong (a leader moved): <see cref="KafkaClient.RunAsync"/> refreshes soon, with back-off between attempts.</summary>
    public void Invalidate() => throw new NotSupportedException();

    /// <summary>Ends once <see cref="Current"/> is newer than <paramref name="version"/>.</summary>
    public ValueTask WaitForChangeAsync(long version, CancellationToken ct) => throw new NotSupportedException();
}
