using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>A compacted topic that state is kept in, as it is to be created where it is missing.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many; -1 asks for the broker's default.</param>
/// <param name="ReplicationFactor">Of each partition; -1 asks for the broker's default.</param>
/// <param name="Setting">The key of the file that sets <paramref name="ReplicationFactor"/>.</param>
internal sealed record InternalTopic(string Name, int Partitions, short ReplicationFactor, string Setting)
{
    public const string CleanupPolicy = "cleanup.policy";

    /// <summary>What it keeps is looked up by keys; otherwise <c>cleanup.policy</c> is the broker's.</summary>
    public bool IsCompacted { get; init; } = true;

    /// <summary>Topic configs besides <c>cleanup.policy</c>.</summary>
    public IReadOnlyDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();

    /// <summary>State is read back from its beginning: a topic that deletes by age would forget it, and is refused.</summary>
    public bool IsReadBack { get; init; }

    public CreatableTopic ToRequest() => new()
    {
        Name = Name,
        NumPartitions = Partitions,
        ReplicationFactor = ReplicationFactor,
        Configs =
        [
            .. IsCompacted ? [new CreatableTopicConfig { Name = CleanupPolicy, Value = "compact" }] : (CreatableTopicConfig[])[],
            .. Configs.Where(config => config.Key != CleanupPolicy)
                .Select(config => new CreatableTopicConfig { Name = config.Key, Value = config.Value }),
        ],
    };
}
