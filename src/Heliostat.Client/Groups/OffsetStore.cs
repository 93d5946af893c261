using Heliostat.Client.Membership;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>
/// Commits and reads a group's offsets at its coordinator, by topic name (the versions by topic id say nothing more for this).
/// </summary>
internal sealed partial class OffsetStore(IGroupCluster cluster, string groupId, TimeProvider time, ILogger logger)
{
    private readonly BackOff _backOff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), cluster.Random);

    public static IReadOnlyDictionary<TopicPartition, ErrorCode> NoErrors { get; } = new Dictionary<TopicPartition, ErrorCode>();

    public async ValueTask<CommitResult> CommitAsync(
        string memberId, int generation, string? groupInstanceId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        CancellationToken ct)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = groupId,
            GenerationIdOrMemberEpoch = generation,
            MemberId = memberId,
            GroupInstanceId = groupInstanceId,
            Topics =
            [
                .. offsets.GroupBy(o => o.Key.Topic).Select(topic => new OffsetCommitRequestTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(o => new OffsetCommitRequestPartition
                        {
                            PartitionIndex = o.Key.Partition,
                            CommittedOffset = o.Value.Offset,
                            CommittedLeaderEpoch = o.Value.LeaderEpoch,
                            CommittedMetadata = o.Value.Metadata,
                        }),
                    ],
                }),
            ],
        };
        try
        {
            var response = await cluster.AskUntilAnsweredAsync(request, r => WorstOf(r), ct);
            return Read(response);
        }
        catch (KafkaConnectionException e)
        {
            LogUnanswered(logger, cluster.Name, groupId, e.Message);
            return new CommitResult(CommitOutcome.Failed, ErrorCode.NetworkException, NoErrors);
        }
        catch (KafkaErrorException e)
        {
            LogUnanswered(logger, cluster.Name, groupId, e.Message);
            return new CommitResult(CommitOutcome.Failed, e.Code, NoErrors);
        }
    }

    public async ValueTask<CommittedOffsets> FetchAsync(IReadOnlyCollection<TopicPartition>? partitions, bool requireStable,
        CancellationToken ct)
    {
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>();
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var code = await FetchOnceAsync(partitions, requireStable, offsets, errors, ct);
            if (code != ErrorCode.None)
            {
                return new CommittedOffsets(code, offsets, errors);
            }

            // A transaction that commits offsets is about to end: it knows no error but time.
            partitions = [.. errors.Where(e => e.Value == ErrorCode.UnstableOffsetCommit).Select(e => e.Key)];
            if (partitions.Count == 0 || time.GetElapsedTime(start) >= cluster.CallTimeout)
            {
                return new CommittedOffsets(ErrorCode.None, offsets, errors);
            }

            await Task.Delay(_backOff.Next(attempt), time, ct);
        }
    }

    private async ValueTask<ErrorCode> FetchOnceAsync(
        IReadOnlyCollection<TopicPartition>? partitions,
        bool requireStable,
        Dictionary<TopicPartition, OffsetAndMetadata> offsets,
        Dictionary<TopicPartition, ErrorCode> errors,
        CancellationToken ct)
    {
        OffsetFetchResponse response;
        try
        {
            response = await cluster.AskUntilAnsweredAsync(Request(partitions, requireStable), r => ErrorOf(r), ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion && requireStable)
        {
            return await FetchOnceAsync(partitions, requireStable: false, offsets, errors, ct);
        }
        catch (KafkaErrorException e)
        {
            LogUnanswered(logger, cluster.Name, groupId, e.Message);
            return e.Code;
        }
        catch (KafkaConnectionException e)
        {
            LogUnanswered(logger, cluster.Name, groupId, e.Message);
            return ErrorCode.NetworkException;
        }

        foreach (var (partition, offset, code) in Rows(response))
        {
            errors.Remove(partition);
            if (code != ErrorCode.None)
            {
                errors[partition] = code;
            }
            else if (offset.Offset >= 0)
            {
                offsets[partition] = offset;
            }
        }

        return ErrorOf(response);
    }

    /// <summary>Filled in for both shapes: one group to version 7, a list of groups from 8 (KIP-709).</summary>
    private OffsetFetchRequest Request(IReadOnlyCollection<TopicPartition>? partitions, bool requireStable)
    {
        var topics = partitions?.GroupBy(p => p.Topic, p => p.Partition).ToList();
        return new OffsetFetchRequest
        {
            GroupId = groupId,
            Topics = topics is null
                ? null
                : [.. topics.Select(t => new OffsetFetchRequestTopic { Name = t.Key, PartitionIndexes = [.. t] })],
            Groups =
            [
                new OffsetFetchRequestGroup
                {
                    GroupId = groupId,
                    Topics = topics is null
                        ? null
                        : [.. topics.Select(t => new OffsetFetchRequestTopics { Name = t.Key, PartitionIndexes = [.. t] })],
                },
            ],
            RequireStable = requireStable,
        };
    }

    private static CommitResult Read(OffsetCommitResponse response)
    {
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var topic in response.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                switch (partition.ErrorCode)
                {
                    case ErrorCode.None:
                        break;
                    case ErrorCode.RebalanceInProgress:
                        return new CommitResult(CommitOutcome.Rebalancing, partition.ErrorCode, NoErrors);
                    case ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId:
                        return new CommitResult(CommitOutcome.NotMember, partition.ErrorCode, NoErrors);
                    case ErrorCode.GroupAuthorizationFailed or ErrorCode.InvalidGroupId:
                        return new CommitResult(CommitOutcome.Failed, partition.ErrorCode, NoErrors);
                    case var code when code.IsCoordinatorMove():
                        return new CommitResult(CommitOutcome.Failed, code, NoErrors);
                    default:
                        errors[new TopicPartition(topic.Name, partition.PartitionIndex)] = partition.ErrorCode;
                        break;
                }
            }
        }

        return new CommitResult(CommitOutcome.Committed, ErrorCode.None, errors);
    }

    private static IEnumerable<(TopicPartition Partition, OffsetAndMetadata Offset, ErrorCode Code)> Rows(OffsetFetchResponse response) =>
        response.Groups.Count > 0
            ? response.Groups[0].Topics.SelectMany(t => t.Partitions, (t, p) => (
                new TopicPartition(t.Name, p.PartitionIndex),
                new OffsetAndMetadata(p.CommittedOffset, p.CommittedLeaderEpoch, p.Metadata ?? ""), p.ErrorCode))
            : response.Topics.SelectMany(t => t.Partitions, (t, p) => (
                new TopicPartition(t.Name, p.PartitionIndex),
                new OffsetAndMetadata(p.CommittedOffset, p.CommittedLeaderEpoch, p.Metadata ?? ""), p.ErrorCode));

    /// <summary>The group's error; brokers before 0.10.2 and version 1 repeat it in every partition.</summary>
    private static ErrorCode ErrorOf(OffsetFetchResponse response) =>
        response.Groups.Count > 0 ? response.Groups[0].ErrorCode
        : response.ErrorCode != ErrorCode.None ? response.ErrorCode
        : response.Topics.SelectMany(t => t.Partitions).Select(p => p.ErrorCode)
            .FirstOrDefault(code => code.IsCoordinatorMove() || code == ErrorCode.GroupAuthorizationFailed);

    /// <summary>The coordinator repeats its own state in every partition.</summary>
    private static ErrorCode WorstOf(OffsetCommitResponse response) =>
        response.Topics.SelectMany(t => t.Partitions).Select(p => p.ErrorCode).FirstOrDefault(code => code.IsCoordinatorMove());

    [LoggerMessage(EventIds.GroupOffsetsUnanswered, LogLevel.Warning,
        "{Cluster}: the offsets of group {Group} could not be stored or read: {Cause}")]
    private static partial void LogUnanswered(ILogger logger, string cluster, string group, string cause);
}
