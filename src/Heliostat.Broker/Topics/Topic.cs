using System.Collections.Immutable;

namespace Heliostat.Broker.Topics;

/// <summary>A topic: its identity, its own settings and its partitions, of which there may only become more.</summary>
internal sealed class Topic(string name, Guid id)
{
    private ImmutableArray<Partition> _partitions = [];
    private ImmutableSortedDictionary<string, string> _configs = ImmutableSortedDictionary<string, string>.Empty;

    public string Name { get; } = name;

    public Guid Id { get; } = id;

    public bool IsInternal => Name is "__consumer_offsets" or "__transaction_state";

    public ImmutableArray<Partition> Partitions
    {
        get => _partitions;
        set => ImmutableInterlocked.InterlockedExchange(ref _partitions, value);
    }

    /// <summary>The settings given to this topic itself.</summary>
    public ImmutableSortedDictionary<string, string> Configs
    {
        get => Volatile.Read(ref _configs);
        set => Volatile.Write(ref _configs, value);
    }

    public Partition? Find(int partition)
    {
        var partitions = _partitions;
        return (uint)partition < (uint)partitions.Length ? partitions[partition] : null;
    }
}
