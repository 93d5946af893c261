using System.Text.RegularExpressions;
using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.MirrorClient.Topics;
using Heliostat.Protocol;

namespace Heliostat.MirrorClient;

/// <remarks>Checkpoints: where groups of the source would go on here.</remarks>
public sealed partial class MirrorClient
{
    private static readonly CompactedTopicOptions Checkpoints = new() { Partitions = [0] };

    /// <summary>
    /// The offsets with which a group of the source would go on here, as the newest checkpoints say; none if there are none. Throws
    /// <see cref="KafkaTimeoutException"/> when the checkpoints could not be read to their end in time, <see cref="KafkaErrorException"/>
    /// when there is no topic of checkpoints from that source.
    /// </summary>
    public async Task<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>> RemoteConsumerOffsetsAsync(
        string group, string remoteClusterAlias, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(group);
        var found = await OffsetsAsync(name => name == group, remoteClusterAlias, ct);
        return found.TryGetValue(group, out var offsets) ? offsets : new Dictionary<TopicPartition, OffsetAndMetadata>();
    }

    /// <summary>The same for all groups whose whole name matches, read in one go.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>>> RemoteConsumerOffsetsAsync(
        Regex groups, string remoteClusterAlias, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var whole = Whole(groups);
        var found = await OffsetsAsync(whole.IsMatch, remoteClusterAlias, ct);
        return found.ToDictionary(group => group.Key, group => (IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>)group.Value);
    }

    private async Task<Dictionary<string, Dictionary<TopicPartition, OffsetAndMetadata>>> OffsetsAsync(
        Func<string, bool> accept, string remoteClusterAlias, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remoteClusterAlias);
        Dictionary<string, Dictionary<TopicPartition, OffsetAndMetadata>> groups = [];
        var topic = ReplicationPolicy.CheckpointsTopic(remoteClusterAlias);
        var unreadable = 0;
        await ReadAsync(topic, Checkpoints, Take, ct);
        if (unreadable > 0)
        {
            Log.Unreadable(_logger, topic, unreadable);
        }

        return groups;

        void Take(CompactedRecord record)
        {
            try
            {
                var checkpoint = Checkpoint.Read(record.Key, record.Value);
                if (accept(checkpoint.Group))
                {
                    if (!groups.TryGetValue(checkpoint.Group, out var offsets))
                    {
                        groups[checkpoint.Group] = offsets = [];
                    }

                    offsets[checkpoint.TopicPartition] = new OffsetAndMetadata(checkpoint.DownstreamOffset, -1, checkpoint.Metadata);
                }
            }
            catch (MalformedFrameException)
            {
                unreadable++;
            }
        }
    }

    /// <summary>A pattern that only a whole name matches.</summary>
    private static Regex Whole(Regex pattern)
    {
        // A comment at the pattern's end must not swallow the bracket.
        var end = pattern.Options.HasFlag(RegexOptions.IgnorePatternWhitespace) ? "\n" : "";
        return new Regex($@"\A(?:{pattern}{end})\z", pattern.Options, pattern.MatchTimeout);
    }
}
