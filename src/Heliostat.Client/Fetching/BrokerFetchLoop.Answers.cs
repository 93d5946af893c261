using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Fetching;

/// <summary>What comes back: batches go to the sinks, errors move the cursor, pause it, or start the session over.</summary>
internal sealed partial class BrokerFetchLoop
{
    private int _refusals;

    /// <summary>The most that the last answer brought for one partition.</summary>
    private int _mostBytes;

    private void HandOut(Frame frame, short version)
    {
        if (_response.ErrorCode != ErrorCode.None)
        {
            Refused(_response.ErrorCode);
            return;
        }

        _refusals = 0;
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
                if (Find(topic, partition.PartitionIndex, out var asked) is { } cursor)
                {
                    HandOut(frame, cursor, asked, partition);
                }
            }
        }
    }

    /// <summary>
    /// FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR: the broker lost or never had our session, which is mended by
    /// one full request. Twice in a row, or anything else, is a failure with a back-off.
    /// </summary>
    private void Refused(ErrorCode code)
    {
        StartOver();
        if (code == ErrorCode.FetchSessionIdNotFound)
        {
            _session.Forget();
        }

        if (_refusals++ > 0 || !code.IsRetriable())
        {
            throw new KafkaErrorException(code, $"{_client.Options.Cluster}: fetch from broker {NodeId}: {code.Name()}");
        }
    }

    /// <summary>The cursor an answer is for, and the offset it was asked with; null when it was paused, moved or sought elsewhere meanwhile.</summary>
    private FetchCursor? Find(FetchableTopicResponse topic, int partition, out long asked)
    {
        lock (_fetcher.Gate)
        {
            FetchCursor? cursor;
            if (_byId)
            {
                _cursorsById.TryGetValue((topic.TopicId, partition), out cursor);
            }
            else
            {
                _cursors.TryGetValue(new TopicPartition(topic.Topic, partition), out cursor);
            }

            asked = cursor?.SentPosition ?? -1;
            return cursor is { IsActive: true } && asked == cursor.Position ? cursor : null;
        }
    }

    private void HandOut(Frame frame, FetchCursor cursor, long asked, PartitionData partition)
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
                _fetcher.Prefer(cursor, partition.PreferredReadReplica);
            }

            return;
        }

        cursor.Succeeded();
        _mostBytes = Math.Max(_mostBytes, partition.Records.Length);
        cursor.Sink.Fetched(cursor, new FetchedPartition
        {
            Frame = frame,
            Records = partition.Records,
            FetchOffset = asked,
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

        // A broker that cannot say what is wrong may be right the next time, as Kafka's consumer has it.
        if (!code.IsRetriable() && code != ErrorCode.UnknownServerError)
        {
            Give(cursor, new FetchFailure(FetchFailureKind.Other, code));
            return;
        }

        lock (_fetcher.Gate)
        {
            _fetcher.Displace(cursor, code);
        }

        _fetcher.Invalidate();
    }

    private static void Give(FetchCursor cursor, in FetchFailure failure)
    {
        cursor.Pause();
        cursor.Sink.Failed(cursor, failure);
    }
}
