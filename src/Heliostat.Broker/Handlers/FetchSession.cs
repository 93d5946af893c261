namespace Heliostat.Broker.Handlers;

/// <summary>What a client fetches, remembered between its requests (KIP-227). One request at a time uses it.</summary>
internal sealed class FetchSession(int id, bool usesTopicIds)
{
    private readonly Dictionary<(string Name, Guid Id, int Index), LinkedListNode<FetchSessionPartition>> _byKey = [];

    public const int Sessionless = 0;

    public int Id { get; private set; } = id;

    public bool UsesTopicIds { get; } = usesTopicIds;

    /// <summary>
    /// What it takes of <see cref="FetchSessions.MaxWeight"/>: one for each partition, more where a name is longer than names of topics
    /// are.
    /// </summary>
    public int Weight { get; private set; }

    /// <summary>The epoch that the next request must have.</summary>
    public int NextEpoch { get; set; } = 1;

    public long LastUsedMs { get; set; }

    /// <summary>In the order in which they are answered: those that had records go to the end.</summary>
    public LinkedList<FetchSessionPartition> Partitions { get; } = new();

    public FetchSessionPartition FindOrAdd(string name, Guid topicId, int index)
    {
        var key = (UsesTopicIds ? "" : name, topicId, index);
        if (_byKey.TryGetValue(key, out var node)) return node.Value;

        var partition = new FetchSessionPartition(name, topicId, index);
        _byKey.Add(key, Partitions.AddLast(partition));
        Weight += WeightOf(partition);
        return partition;
    }

    public void Forget(string name, Guid topicId, int index)
    {
        if (!_byKey.Remove((UsesTopicIds ? "" : name, topicId, index), out var node)) return;

        Partitions.Remove(node);
        Weight -= WeightOf(node.Value);
    }

    /// <summary>The client is to name everything again the next time.</summary>
    public void End() => Id = Sessionless;

    public void MoveToEnd(FetchSessionPartition partition)
    {
        var node = _byKey[(UsesTopicIds ? "" : partition.Name, partition.TopicId, partition.Index)];
        Partitions.Remove(node);
        Partitions.AddLast(node);
    }

    private static int WeightOf(FetchSessionPartition partition) => 1 + (partition.Name.Length / 250);
}
