using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Positions that the log does not have, or has no more. From Fetch 12 the broker compares epochs with every fetch (KIP-595); before, we
/// ask it whenever a cursor comes to another leader (KIP-320).
/// </summary>
internal sealed class EpochCheck(Fetcher fetcher, KafkaClient client, SessionBook book)
{
    private const short FirstEpochsForConsumers = 3;
    private const long LatestTimestamp = -1;
    private const long EarliestTimestamp = -2;

    private readonly List<FetchCursor> _outOfRange = [];

    /// <summary>A broker answered that a position is out of range.</summary>
    public void Doubt(FetchCursor cursor) => _outOfRange.Add(cursor);

    /// <summary>
    /// Finds out how positions are out of range: below the start, beyond the end, or of an epoch that the log does not have.
    /// </summary>
    public async ValueTask ExplainAsync(CancellationToken ct)
    {
        if (_outOfRange.Count == 0)
        {
            return;
        }

        List<(FetchCursor Cursor, long Position)> here = [];
        lock (fetcher.Gate)
        {
            foreach (var cursor in _outOfRange)
            {
                if (cursor.Place.PreferredReplica >= 0)
                {
                    // A follower may lag behind: the leader decides.
                    fetcher.Placement.Displace(cursor, ErrorCode.OffsetOutOfRange);
                }
                else
                {
                    here.Add((cursor, cursor.Position));
                }
            }
        }

        _outOfRange.Clear();
        try
        {
            await ExplainAsync(here, ct);
        }
        catch (KafkaConnectionException)
        {
            Displace(here, ErrorCode.OffsetOutOfRange);
        }
    }

    private async Task ExplainAsync(List<(FetchCursor Cursor, long Position)> asked, CancellationToken ct)
    {
        if (asked.Count == 0)
        {
            return;
        }

        var cursors = asked.ConvertAll(entry => entry.Cursor);
        var starts = await OffsetsAsync(cursors, EarliestTimestamp, ct);
        var ends = await OffsetsAsync(cursors, LatestTimestamp, ct);
        List<FetchCursor> within = [];
        foreach (var (cursor, position) in asked)
        {
            var (start, end) = (starts.GetValueOrDefault(cursor.Partition, -1), ends.GetValueOrDefault(cursor.Partition, -1));
            if (start >= 0 && end >= 0 && (position < start || position > end))
            {
                if (IsStillAt(cursor, position))
                {
                    cursor.Fail(new FetchFailure(FetchFailureKind.OffsetOutOfRange, ErrorCode.OffsetOutOfRange)
                    {
                        LogStartOffset = start,
                        EndOffset = end
                    });
                }
            }
            else
            {
                within.Add(cursor);
            }
        }

        // The log has the offset: then it was the epoch that it does not know, or the log moved on meanwhile.
        await CompareEpochsAsync(within, ct);
        Displace(asked, ErrorCode.OffsetOutOfRange);
    }

    /// <summary>Before cursors are fetched from a leader that is new to them and does not compare epochs itself.</summary>
    public async Task CompareAsync(CancellationToken ct)
    {
        List<FetchCursor> cursors;
        lock (fetcher.Gate)
        {
            if (book.Unchecked.Count == 0)
            {
                return;
            }

            cursors = [.. book.Unchecked];
            book.Unchecked.Clear();
        }

        try
        {
            await CompareEpochsAsync(cursors, ct);
        }
        catch
        {
            lock (fetcher.Gate)
            {
                book.Unchecked.AddRange(cursors);
            }

            throw;
        }
    }

    /// <summary>
    /// Asks where the epochs of the last fetched records end; a cursor beyond that has read what the log no longer holds.
    /// </summary>
    private async Task CompareEpochsAsync(List<FetchCursor> cursors, CancellationToken ct)
    {
        Dictionary<TopicPartition, (FetchCursor Cursor, long Position, int Epoch)> asked = [];
        lock (fetcher.Gate)
        {
            foreach (var cursor in cursors)
            {
                if (cursor.LastFetchedEpoch >= 0 && cursor.Book == book)
                {
                    asked[cursor.Partition] = (cursor, cursor.Position, cursor.LastFetchedEpoch);
                }
            }
        }

        if (asked.Count == 0)
        {
            return;
        }

        var connection = await client.ConnectionAsync(book.NodeId, ConnectionPurpose.General, ct);
        if (!connection.Supports(Api.OffsetForLeaderEpoch, FirstEpochsForConsumers))
        {
            return;
        }

        var request = new OffsetForLeaderEpochRequest { ReplicaId = -1 };
        foreach (var topic in asked.Values.GroupBy(entry => entry.Cursor.Partition.Topic))
        {
            request.Topics.Add(new()
            {
                Topic = topic.Key,
                Partitions = [.. topic.Select(entry => new OffsetForLeaderPartition
                {
                    Partition = entry.Cursor.Partition.Partition, CurrentLeaderEpoch = entry.Cursor.LeaderEpoch, LeaderEpoch = entry.Epoch,
                })],
            });
        }

        foreach (var topic in (await connection.CallAsync(request, ct)).Topics)
        {
            foreach (var answer in topic.Partitions)
            {
                if (answer.ErrorCode == ErrorCode.None && asked.TryGetValue(new(topic.Topic, answer.Partition), out var entry)
                    && (answer.EndOffset < 0 || answer.EndOffset < entry.Position) && IsStillAt(entry.Cursor, entry.Position))
                {
                    entry.Cursor.Fail(new FetchFailure(FetchFailureKind.Diverged, ErrorCode.None) { EndOffset = answer.EndOffset });
                }
            }
        }
    }

    /// <summary>The offsets of partitions led here at a time; those that answered with an error are missing.</summary>
    private async Task<Dictionary<TopicPartition, long>> OffsetsAsync(List<FetchCursor> cursors, long timestamp, CancellationToken ct)
    {
        var request = new ListOffsetsRequest();
        foreach (var topic in cursors.GroupBy(cursor => cursor.Partition.Topic))
        {
            request.Topics.Add(new()
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(cursor => new ListOffsetsPartition
                {
                    PartitionIndex = cursor.Partition.Partition,
                    Timestamp = timestamp
                })],
            });
        }

        var connection = await client.ConnectionAsync(book.NodeId, ConnectionPurpose.General, ct);
        Dictionary<TopicPartition, long> offsets = [];
        foreach (var topic in (await connection.CallAsync(request, ct)).Topics)
        {
            foreach (var answer in topic.Partitions)
            {
                if (answer.ErrorCode == ErrorCode.None)
                {
                    offsets[new(topic.Name, answer.PartitionIndex)] = answer.OldStyleOffsets.Count > 0
                        ? answer.OldStyleOffsets[0]
                        : answer.Offset;
                }
            }
        }

        return offsets;
    }

    private bool IsStillAt(FetchCursor cursor, long position)
    {
        lock (fetcher.Gate)
        {
            return cursor.IsActive && cursor.Book == book && cursor.Position == position;
        }
    }

    /// <summary>Those that nothing was found out about try again after a back-off.</summary>
    private void Displace(List<(FetchCursor Cursor, long Position)> asked, ErrorCode code)
    {
        lock (fetcher.Gate)
        {
            foreach (var (cursor, position) in asked)
            {
                if (IsStillAt(cursor, position))
                {
                    fetcher.Placement.Displace(cursor, code);
                }
            }
        }
    }
}
