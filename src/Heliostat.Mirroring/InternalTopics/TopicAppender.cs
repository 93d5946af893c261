using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>Appends records to the partitions of one internal topic.</summary>
internal sealed class TopicAppender : IAppender
{
    private readonly PartitionAppender[] _partitions;

    public TopicAppender(Producer producer, string topic, int partitions, string cluster, FramePool frames, TimeProvider time)
    {
        _partitions = [.. Enumerable.Range(0, partitions)
            .Select(i => new PartitionAppender(producer, new TopicPartition(topic, i), cluster, frames, time))];
    }

    /// <summary>How many partitions the topic has.</summary>
    public int Partitions => _partitions.Length;

    public string? Trouble => Array.Find(_partitions, partition => partition.Trouble is not null)?.Trouble;

    /// <summary>Ends once the cluster holds all records, each in its partition.</summary>
    /// <exception cref="KafkaErrorException">The cluster refuses some.</exception>
    public Task AppendAsync(IEnumerable<PlacedRecord> records, CancellationToken ct) =>
        Settling.AllAsync(records.GroupBy(record => record.Partition)
            .Select(group => _partitions[group.Key].AppendAsync(group.Select(record => record.Record), ct)));

    public void Dispose()
    {
        foreach (var partition in _partitions)
        {
            partition.Dispose();
        }
    }
}
