using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Fetching;

/// <summary>What comes back: batches go to the sinks, errors move the cursor, pause it, or start the session over.</summary>
internal sealed partial class BrokerFetchLoop
{
    private const long LatestTimestamp = -1;
    private const long EarliestTimestamp = -2;

    private readonly List<FetchCursor> _outOfRange = [];

    private void HandOut(Frame frame, short version)
    {
        if (_response.ErrorCode != ErrorCode.None)
        {
            // FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR: the broker lost or never had our session.
            StartOver();
            if (!_response.ErrorCode.IsRetriable())
            {
                throw new KafkaErrorException(_response.ErrorCode, $"{_client.Options.Cluster}: fetch from broker {NodeId}: {_response.ErrorCode.Name()}");
            }

            return;
        }

        if (version >= FirstWithSessions)
        {
            lock (_fetcher.Gate)
            {
                _session.Accepted(_response);
            }
        }

        foreach (var topic in _response.Responses)
        {
            foreach (var partition in topic.Partitions)
            {
                if (Find(topic, partition.PartitionIndex) is { } cursor)
                {
                    HandOut(frame, cursor, partition);
                }
            }
        }
    }

    /// <summary>The cursor an answer is for; null when it was paused, moved or sought elsewhere meanwhile.</summary>
    private FetchCursor? Find(FetchableTopicResponse topic, int partition)
    {
        lock (_fetcher.Gate)
        {
            var cursor = _byId
                ? _cursorsById.GetValueOrDefault((topic.TopicId, partition))
                : _cursors.GetValueOrDefault(new TopicPartition(topic.Topic, partition));
            return cursor is { IsActive: true } && cursor.SentPosition == cursor.Position ? cursor : null;
        }
    }

    private void HandOut(Frame frame, FetchCursor cursor, PartitionData partition)
    {
        if (partition.ErrorCode != ErrorCode.None)
        {
            Failed(cursor, partition.ErrorCode);
            return;
        }

        if (partition.DivergingEpoch is { EndOffset: >= 0 } diverging)
        {
            Give(cursor, new FetchFailure(FetchFailureKind.Diverged, ErrorCode.None) { EndOffset = diverging.EndOffset });
            return;
        }

        if (partition.PreferredReadReplica >= 0 && partition.PreferredReadReplica != NodeId)
        {
            lock (_fetcher.Gate)
            {
                cursor.PreferredReplica = partition.PreferredReadReplica;
                cursor.PreferredUntil = _time.GetTimestamp() + (long)(_client.Options.MetadataMaxAge.TotalSeconds * _time.TimestampFrequency);
                _fetcher.Redirect(cursor);
            }

            return;
        }

        cursor.Failures = 0;
        cursor.Sink.Fetched(cursor, new FetchedPartition
        {
            Frame = frame,
            Records = partition.Records,
            FetchOffset = cursor.Position,
            HighWatermark = partition.HighWatermark,
            LastStableOffset = partition.LastStableOffset,
            LogStartOffset = partition.LogStartOffset,
            AbortedTransactions = partition.AbortedTransactions,
        });
    }

    private void Failed(FetchCursor cursor, ErrorCode code)
    {
        switch (code)
        {
            case ErrorCode.OffsetOutOfRange:
                _outOfRange.Add(cursor);
                return;
            case ErrorCode.TopicAuthorizationFailed:
                Give(cursor, new FetchFailure(FetchFailureKind.NotAuthorized, code));
                return;
            case ErrorCode.CorruptMessage:
                Give(cursor, new FetchFailure(FetchFailureKind.Corrupt, code));
                return;
        }

        if (!code.IsRetriable())
        {
            Give(cursor, new FetchFailure(FetchFailureKind.Other, code));
            return;
        }

        lock (_fetcher.Gate)
        {
            _fetcher.Displace(cursor);
        }

        _fetcher.Invalidate();
    }

    /// <summary>Finds out how a position is out of range: below the start, beyond the end, or only of an epoch that the log does not know.</summary>
    private async Task ExplainOutOfRangeAsync(CancellationToken ct)
    {
        foreach (var cursor in _outOfRange)
        {
            if (cursor.PreferredReplica >= 0)
            {
                // A follower may lag behind: the leader decides.
                lock (_fetcher.Gate)
                {
                    _fetcher.Displace(cursor);
                }

                continue;
            }

            var start = await OffsetAsync(cursor.Partition, EarliestTimestamp, ct);
            var end = await OffsetAsync(cursor.Partition, LatestTimestamp, ct);
            if (start < 0 || end < 0 || (cursor.Position >= start && cursor.Position <= end))
            {
                lock (_fetcher.Gate)
                {
                    cursor.ForgetEpoch();
                    _fetcher.Displace(cursor);
                }
            }
            else
            {
                Give(cursor, new FetchFailure(FetchFailureKind.OffsetOutOfRange, ErrorCode.OffsetOutOfRange) { LogStartOffset = start, EndOffset = end });
            }
        }

        _outOfRange.Clear();
    }

    private async Task<long> OffsetAsync(TopicPartition partition, long timestamp, CancellationToken ct)
    {
        var request = new ListOffsetsRequest
        {
            Topics = [new() { Name = partition.Topic, Partitions = [new() { PartitionIndex = partition.Partition, Timestamp = timestamp }] }],
        };
        var answer = (await _client.CallNodeAsync(NodeId, request, ct)).Topics[0].Partitions[0];
        return answer.ErrorCode != ErrorCode.None ? -1 : answer.OldStyleOffsets.Count > 0 ? answer.OldStyleOffsets[0] : answer.Offset;
    }

    private static void Give(FetchCursor cursor, in FetchFailure failure)
    {
        cursor.Pause();
        cursor.Sink.Failed(cursor, failure);
    }
}
