using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>One cluster as <see cref="LogLook"/> asks it. What its brokers are too old for, or do not allow, is not known.</summary>
/// <param name="client">Knows the topics and reads records; running.</param>
/// <param name="isolation">What may be seen of the logs.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">For the fetches.</param>
internal sealed class LogSide(KafkaClient client, IsolationLevel isolation, TimeProvider time, ILoggerFactory loggers)
{
    private readonly AdminClient _admin = PromptAdmin.Of(client, time);

    /// <summary>
    /// Id (empty where the cluster has none) and partitions of each topic; one that is not there, or not yet, is missing.
    /// </summary>
    public async Task<Dictionary<string, FoundTopic>> TopicsAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var topics = await _admin.DescribeTopicsAsync(names, ct);
        Dictionary<string, FoundTopic> found = new(StringComparer.Ordinal);
        foreach (var topic
            in topics.Where(topic => topic.ErrorCode is ErrorCode.None or ErrorCode.LeaderNotAvailable && topic.Partitions.Count > 0))
        {
            found[topic.Name!] = new FoundTopic(topic.TopicId, topic.Partitions.Count);
        }

        // Whoever goes on from what is found here must not take the topic of before for it.
        if (found.Any(topic => client.Metadata.Current.Topics.TryGetValue(topic.Key, out var cached) && cached.TopicId != topic.Value.Id))
        {
            await client.Metadata.RefreshAsync(ct);
        }

        return found;
    }

    /// <summary>Offsets at <paramref name="spec"/>; a partition whose leader did not tell is missing.</summary>
    public Task<Dictionary<TopicPartition, long>> OffsetsAsync(IReadOnlyCollection<TopicPartition> partitions, long spec,
        CancellationToken ct) =>
            _admin.ToldOffsetsAsync(partitions, spec, ct);

    /// <summary>
    /// Where logs certainly reach, as far as is told. A leader that has just become one may tell an end that is too low; it does not since
    /// Kafka 2.2 (KIP-207), and those that tell no epoch are older.
    /// </summary>
    public async Task<Dictionary<TopicPartition, long>> SureEndsAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken ct)
    {
        var asked = partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest);
        return (await _admin.ListOffsetsAsync(asked, IsolationLevel.ReadUncommitted, ct))
            .Where(end => end.Value is { ErrorCode: ErrorCode.None, LeaderEpoch: >= 0 })
            .ToDictionary(end => end.Key, end => end.Value.Offset);
    }

    /// <summary>Where what agrees with each leader epoch ends (KIP-320); -1 for an epoch that the log does not know.</summary>
    public async Task<Dictionary<TopicPartition, long>> EpochEndsAsync(IReadOnlyDictionary<TopicPartition, int> epochs,
        CancellationToken ct)
    {
        try
        {
            var ends = epochs.Count == 0 ? [] : await _admin.OffsetsForLeaderEpochAsync(epochs, ct);
            return ends.Where(end => end.Value.ErrorCode == ErrorCode.None).ToDictionary(end => end.Key, end => end.Value.EndOffset);
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion)
        {
            return [];
        }
    }

    /// <summary>A digest of the record at each offset; missing where there is none.</summary>
    public Task<Dictionary<TopicPartition, string>> RecordsAsync(IReadOnlyDictionary<TopicPartition, long> offsets, CancellationToken ct) =>
        new RecordLook(client, isolation, time, loggers).ReadAsync(offsets, ct);

    /// <summary>The partitions where no committed record stands at the offset but a marker, or a record that was aborted.</summary>
    public Task<HashSet<TopicPartition>> VoidsAsync(IReadOnlyDictionary<TopicPartition, long> offsets, CancellationToken ct) =>
        new RecordLook(client, IsolationLevel.ReadCommitted, time, loggers).VoidsAsync(offsets, ct);

    /// <summary>A topic as it is now.</summary>
    public sealed record FoundTopic(Guid Id, int Partitions);
}
