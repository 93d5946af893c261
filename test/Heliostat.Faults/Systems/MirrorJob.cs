namespace Heliostat.Faults.Systems;

/// <summary>What a mirror has to do.</summary>
/// <param name="Source"><c>bootstrap.servers</c> of the source.</param>
/// <param name="Target">And of the target.</param>
/// <param name="Topic">What is mirrored.</param>
/// <param name="Replicas">How many replicas there can be.</param>
/// <param name="Settings">More lines for files of MirrorMaker 2's kind.</param>
internal sealed record MirrorJob(string Source, string Target, string Topic, int Replicas, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Settings of every client, by which it is let in.</summary>
    public IReadOnlyDictionary<string, string> Login { get; init; } = new Dictionary<string, string>();
}
