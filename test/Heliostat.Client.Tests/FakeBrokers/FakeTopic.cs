namespace Heliostat.Client.Tests.FakeBrokers;

internal sealed class FakeTopic(string name, Guid id, List<FakePartition> partitions)
{
    public string Name { get; } = name;

    public Guid Id { get; } = id;

    public List<FakePartition> Partitions { get; } = partitions;
}
