using Heliostat.Client.Metadata;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Fetching;

public sealed partial class Fetcher
{
    /// <summary>Gives the cursor to its leader's loop, or finds that its topic is gone. False while there is no leader to be seen.</summary>
    private bool TryPlace(FetchCursor cursor, MetadataSnapshot metadata, out FetchFailure? failure)
    {
        failure = null;
        var topic = metadata.Topics.GetValueOrDefault(cursor.Partition.Topic);
        if (topic is not null && topic.TopicId != Guid.Empty)
        {
            if (cursor.TopicId == Guid.Empty)
            {
                cursor.TopicId = topic.TopicId;
            }
            else if (cursor.TopicId != topic.TopicId)
            {
                failure = new FetchFailure(FetchFailureKind.TopicGone, ErrorCode.InconsistentTopicId) { OldTopicId = cursor.TopicId, NewTopicId = topic.TopicId };
                cursor.TopicId = topic.TopicId;
                return true;
            }
        }

        var partition = metadata.Find(cursor.Partition);
        if (partition is null && cursor.Failures > LooksUntilGone)
        {
            cursor.Failures = 0;
            failure = new FetchFailure(FetchFailureKind.TopicGone, ErrorCode.UnknownTopicOrPartition) { OldTopicId = cursor.TopicId };
            return true;
        }

        if (partition is null || partition.Leader < 0 || !metadata.Brokers.ContainsKey(partition.Leader))
        {
            cursor.Failures++;
            cursor.RetryAt = _time.GetTimestamp() + (long)(_backOff.Next(cursor.Failures).TotalSeconds * _time.TimestampFrequency);
            Invalidate();
            return false;
        }

        var node = cursor.PreferredReplica >= 0 && metadata.Brokers.ContainsKey(cursor.PreferredReplica) ? cursor.PreferredReplica : partition.Leader;
        if (!_loops.TryGetValue(node, out var loop))
        {
            _loops[node] = loop = new BrokerFetchLoop(this, _client, node, _options, _time, _logger);
        }

        cursor.LeaderEpoch = partition.LeaderEpoch;
        cursor.Loop = loop;
        loop.Join(cursor);
        return true;
    }
}
