namespace Heliostat.Broker.Topics;

/// <summary>A topic that somebody wants made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">-1 for the brokers' default.</param>
/// <param name="ReplicationFactor">-1 for the brokers' default.</param>
/// <param name="Assignments">The replicas of each partition, instead of both counts.</param>
/// <param name="Configs">Its own settings.</param>
internal sealed record TopicRequest(
    string Name,
    int PartitionCount,
    short ReplicationFactor,
    IReadOnlyList<IReadOnlyList<int>>? Assignments,
    IReadOnlyList<KeyValuePair<string, string?>> Configs);
